/// The state of a run, a stage, a group or a step, in Harness's own words.
package enum Status: String, Hashable, Sendable, CaseIterable {
  case notStarted = "NOT_STARTED"
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  /// Its `when` did not hold. Counts as positive.
  case skipped = "SKIPPED"
  /// It failed, and its failure strategy says to ignore that. Counts as positive.
  case ignoreFailed = "IGNORE_FAILED"
  case failed = "FAILED"
  /// Slipway could not carry it out: not the step's own failure.
  case errored = "ERRORED"
  /// Out of time.
  case expired = "EXPIRED"
  case aborted = "ABORTED"
  /// The process that ran it died. Only found when a run is looked at afterwards.
  case interrupted = "INTERRUPTED"

  package var isFinal: Bool { self != .notStarted && self != .running }

  package var isPositive: Bool {
    switch self {
    case .succeeded, .skipped, .ignoreFailed: true
    default: false
    }
  }

  /// What a parent comes to once its children have ended.
  ///
  /// All positive: IGNORE_FAILED if any is, else SUCCEEDED, also without children. Otherwise the first of ABORTED, ERRORED,
  /// FAILED, EXPIRED that occurs (Harness's `StatusUtils.calculateStatus`).
  package static func rollUp(_ children: some Sequence<Status>) -> Status {
    let present = Set(children)
    if present.allSatisfy(\.isPositive) { return present.contains(.ignoreFailed) ? .ignoreFailed : .succeeded }
    let order: [Status] = [.aborted, .errored, .failed, .expired, .interrupted]
    return order.first(where: present.contains) ?? .running
  }
}
