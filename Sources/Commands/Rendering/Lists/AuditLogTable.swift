import Model

/// The ledger's events.
struct AuditLogTable: ListDisplayable {
  static let noun = "events"
  static let fields = ["sequence", "at", "run", "kind", "subject", "payload", "previousHash", "hash"]

  private let events: [AuditEvent]

  init(_ events: [AuditEvent]) {
    self.events = events
  }

  var records: [[Value]] {
    events.map { event in
      [
        .integer(Int(event.sequence)), .string(event.at.description), Value(event.run?.description),
        .string(event.kind), .string(event.subject), event.payload, .string(event.previousHash.description),
        .string(event.hash.description),
      ]
    }
  }

  let header = ["NUMBER", "TIME", "KIND", "SUBJECT", "RUN", "DETAILS"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    events.map { event in
      [
        TextTable.Cell(String(event.sequence), isNumber: true), TextTable.Cell(terminal.localTime(event.at)),
        TextTable.Cell(event.kind), TextTable.Cell(event.shortSubject),
        TextTable.Cell(event.run?.description ?? "", .dim),
        TextTable.Cell(event.payload == .map([:]) ? "" : event.payload.canonicalJSON, .dim),
      ]
    }
  }
}

extension AuditEvent {
  /// A digest in twelve digits; everything else as it is.
  var shortSubject: String {
    // What is no digest is shown as it stands.
    (try? Digest(subject))?.abbreviated ?? subject
  }
}

extension Digest {
  /// `sha256:` and twelve digits: enough to tell a run's images apart, and to ask for one.
  var abbreviated: String { "sha256:" + short }
}
