/// How the ledger says that a run's files are gone. Its rows and its events stay for ever.
enum PrunedRun {
  static let eventKind = "run.pruned"
}
