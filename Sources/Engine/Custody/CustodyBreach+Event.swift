import Model

extension CustodyBreach {
  /// How the breach stands in the audit chain.
  ///
  /// - Parameters:
  ///   - kind: `custody.refused` or `custody.tolerated`.
  ///   - path: the step, or the stage that was refused its workspace.
  func event(_ kind: String, at path: StepPath) -> LedgerEntry.Event {
    LedgerEntry.Event(
      kind: kind, subject: found.description,
      payload: [
        "step": .string(path.description),
        "reason": .string(reason.rawValue),
        "path": .string(self.path),
        "expected": Value(expected?.description),
        "found": .string(found.description),
      ])
  }
}
