/// What a verification of the ledger found.
package struct AuditVerification: Hashable, Sendable {
  /// So many problems are listed; ``problemCount`` counts all.
  package static let listed = 100

  /// How many events, and how many rows that they vouch for, were compared.
  package let eventCount: Int
  package let rowCount: Int
  /// The last event; nil when there is none.
  package let head: AuditHead?
  /// The first ones, in the order of the chain, then of the rows.
  package let problems: [AuditProblem]
  package let problemCount: Int

  package var isIntact: Bool { problemCount == 0 }

  package init(eventCount: Int, rowCount: Int, head: AuditHead?, problems: [AuditProblem], problemCount: Int) {
    self.eventCount = eventCount
    self.rowCount = rowCount
    self.head = head
    self.problems = problems
    self.problemCount = problemCount
  }
}
