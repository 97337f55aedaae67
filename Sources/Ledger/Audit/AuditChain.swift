import GRDB
import Model

/// The chain of events over the whole ledger.
package struct AuditChain: Sendable {
  let database: LedgerDatabase

  /// The last event; nil while there is none.
  package func head() async throws(LedgerError) -> AuditHead? {
    try await database.read { try Self.head(of: $0) }
  }

  private static func head(of database: Database) throws -> AuditHead? {
    try database.rows(of: "audit_event", "SELECT seq, at, hash FROM audit_event ORDER BY seq DESC LIMIT 1") {
      AuditHead(sequence: try $0.integer("seq"), hash: try $0.digest("hash"), at: try $0.timestamp("at"))
    }.first
  }

  /// Checks every event, and every row that the events vouch for, on one state of the ledger.
  ///
  /// Finds what was edited, deleted, inserted or put in another order. Events cut off at the end, and a chain that was made
  /// anew as a whole, can only be found against a checkpoint.
  /// - Parameter kept: a checkpoint from before.
  package func verify(against kept: AuditHead? = nil) async throws(LedgerError) -> AuditVerification {
    do {
      let connections = try connections(3)
      async let chain = Self.check(EventCheck(connections[0], against: kept))
      async let even = Self.check(RowCheck(connections[1], part: 0, of: 2))
      async let odd = Self.check(RowCheck(connections[2], part: 1, of: 2))
      var rows = try await even
      rows.add(try await odd)
      rows.findings.add(try RowCheck.orphans(in: connections[1], owned: rows.owned))
      return AuditVerification(try await chain, rows)
    } catch {
      throw LedgerError(error, at: database.path)
    }
  }

  /// Connections that see the same state: rows are only ever written together with an event, so that two states with the same last event
  /// are the same.
  private func connections(_ count: Int) throws -> [RawConnection] {
    let connections = try (0..<count).map { _ in try database.openForReading() }
    while Set(try connections.map { try $0.beginReading() }).count > 1 {
      for connection in connections { try connection.endReading() }
    }
    return connections
  }

  @concurrent
  private static func check<Check: LedgerCheck>(_ check: Check) async throws -> Check.Result {
    try check.run()
  }
}

/// A pass over the ledger on a connection of its own.
protocol LedgerCheck: Sendable {
  associatedtype Result: Sendable
  func run() throws -> Result
}

/// The problems that a pass found, the first ones listed and all counted.
struct AuditFindings: Sendable {
  private(set) var listed: [AuditProblem] = []
  private(set) var count = 0

  mutating func report(_ problem: AuditProblem) {
    count += 1
    if listed.count < AuditVerification.listed { listed.append(problem) }
  }

  mutating func add(_ others: AuditFindings) {
    listed = Array((listed + others.listed).prefix(AuditVerification.listed))
    count += others.count
  }
}

extension AuditVerification {
  fileprivate init(_ events: EventCheck.Result, _ rows: RowCheck.Result) {
    self.init(
      eventCount: events.count, rowCount: rows.count, head: events.last,
      problems: Array((events.findings.listed + rows.findings.listed).prefix(Self.listed)),
      problemCount: events.findings.count + rows.findings.count)
  }
}

/// Kinds of the events that the ledger itself records.
enum LedgerEvent {
  /// Digests of the rows that the entry stored: see ``RowDigest``.
  static let recorded = "ledger.recorded"
  static let runStarted = "run.started"
}
