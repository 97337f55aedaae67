import Model

/// The list of runs.
struct RunTable: ListDisplayable {
  static let noun = "runs"
  static let fields = [
    "id", "pipeline", "sequenceId", "status", "startedAt", "finishedAt", "durationMilliseconds", "actor", "commit",
    "branch", "changedFiles", "pipelineFile", "replayOf", "message",
  ]

  private let runs: [Run]

  init(_ runs: [Run]) {
    self.runs = runs
  }

  var records: [[Value]] {
    runs.map { run in
      [
        .string(run.id.description), .string(run.pipeline.description), .integer(run.sequenceID),
        .string(run.status.rawValue), .string(run.startedAt.description), Value(run.finishedAt?.description),
        Value(run.finishedAt.map { Int($0.milliseconds - run.startedAt.milliseconds) }), .string(run.origin.actor),
        Value(run.origin.codebase?.commit), Value(run.origin.codebase?.branch),
        Value(run.origin.codebase?.changedFiles.count), .string(run.origin.pipelineFile),
        Value(run.origin.replayOf?.description), Value(run.message),
      ]
    }
  }

  let header = ["RUN", "STATUS", "STARTED", "DURATION", "COMMIT", "BY"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    runs.map { run in
      let commit = run.origin.codebase?.commit.map { (commit: String) -> String in
        String(commit.prefix(10)) + (run.origin.isModified ? "+" : "")
      }
      return [
        TextTable.Cell("\(run.pipeline)#\(run.sequenceID)"),
        TextTable.Cell("\(terminal.glyphs.mark(run.status)) \(run.status.word)", run.status.style),
        TextTable.Cell(terminal.localTime(run.startedAt)),
        TextTable.Cell(DurationText.between(run.startedAt, run.finishedAt) ?? "", isNumber: true),
        TextTable.Cell(commit ?? ""), TextTable.Cell(run.origin.actor),
      ]
    }
  }

  var remarks: [String] {
    runs.contains { $0.origin.isModified && $0.origin.codebase?.commit != nil }
      ? ["+ with changes that are not in the commit"] : []
  }
}

extension RunOrigin {
  /// The codebase held files that differed from its commit.
  fileprivate var isModified: Bool { codebase?.changedFiles.isEmpty == false }
}
