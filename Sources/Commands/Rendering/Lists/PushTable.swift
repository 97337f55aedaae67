import Ledger
import Model

/// Pushes, with who made them.
struct PushTable: ListDisplayable {
  static let noun = "pushes"
  static let fields = [
    "pushedAt", "actor", "reference", "manifestDigest", "isNewest", "run", "runId", "step", "commit", "destination",
    "archiveDigest",
  ]

  private let pushes: [PushOverview]

  init(_ pushes: [PushOverview]) {
    self.pushes = pushes
  }

  var records: [[Value]] {
    pushes.map { push in
      [
        .string(push.record.at.description), .string(push.run.origin.actor), .string(push.record.reference.description),
        .string(push.record.manifestDigest.description), .bool(push.isNewest), .string(push.run.label),
        .string(push.run.id.description), .string(push.record.step.description),
        Value(push.run.origin.codebase?.commit), .string(push.record.destination),
        Value(push.record.archiveDigest?.description),
      ]
    }
  }

  let header = ["PUSHED", "BY", "RUN", "COMMIT", "IMAGE", "NAME", "TO"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    pushes.map { push in
      [
        TextTable.Cell(terminal.localTime(push.record.at)), TextTable.Cell(push.run.origin.actor),
        TextTable.Cell(push.run.label),
        TextTable.Cell(push.run.origin.codebase?.commit.map { String($0.prefix(10)) } ?? ""),
        TextTable.Cell(push.record.manifestDigest.abbreviated, push.isNewest ? .green : .dim),
        TextTable.Cell(push.record.reference.description), TextTable.Cell(push.record.destination, .dim),
      ]
    }
  }
}
