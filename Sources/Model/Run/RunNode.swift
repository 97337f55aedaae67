/// A stage, a group or a step of one run, as the ledger holds it.
package struct RunNode: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case stage, group, step
  }

  package let path: StepPath
  package let kind: Kind
  package let name: String
  /// The step's or stage's `type`; empty for a group.
  package let type: String
  package let status: Status
  package let startedAt: Timestamp?
  package let finishedAt: Timestamp?
  /// Why: the condition that did not hold, the failure's first line, the run that it was taken over from.
  package let message: String?
  /// Set when a replay took this over from an earlier run instead of executing it.
  package let takenFrom: ULID?

  package init(
    path: StepPath, kind: Kind, name: String, type: String, status: Status, startedAt: Timestamp? = nil,
    finishedAt: Timestamp? = nil, message: String? = nil, takenFrom: ULID? = nil
  ) {
    self.path = path
    self.kind = kind
    self.name = name
    self.type = type
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.message = message
    self.takenFrom = takenFrom
  }
}
