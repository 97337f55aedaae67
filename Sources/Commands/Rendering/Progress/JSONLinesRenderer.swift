import Engine
import FoundationEssentials
import Model

/// A run as events for programs: one JSON object a line on standard output.
///
/// Every object has `schemaVersion` (1; it grows when a field changes its meaning or goes away, not when one is added) and
/// `event`. Moments are RFC 3339 in UTC. Paths are as the ledger writes them, `stages.S.steps.X`; `pipeline` means the run as a whole.
///
/// | `event` | fields |
/// | --- | --- |
/// | `run.started` | `run` (its ULID), `pipeline`, `sequenceId`, `at`, `replayOf`, `nodes`: everything that is known already, `{path, kind, name, type}` |
/// | `nodes.added` | `path` of a strategy, `nodes`: its instances and what lies in them, `{path, kind, name, type}` |
/// | `node.changed` | `path`, `status` (`RUNNING`, `SUCCEEDED`, …), `message`, `at` |
/// | `step.attempt` | `path`, `number` from 1, `at`: the step's process is about to start |
/// | `step.output` | `path`, and `text`, or `base64` where the bytes are no UTF-8. Pieces, not lines: put end to end they are the log |
/// | `notice` | `path`, `message` |
/// | `run.finished` | `run`, `status`, `message`, `exitCode`, `breach`: null, or `{reason, path, expected, found}` of the image that was refused |
///
/// A run that ends by itself or is stopped ends with `run.finished`. Where that is missing, the process was killed.
actor JSONLinesRenderer: ProgressRenderer {
  private static let schemaVersion = 1

  private let terminal: Terminal
  /// The beginning of a character whose rest has not come yet.
  private var unfinished: [StepPath: [UInt8]] = [:]

  init(terminal: Terminal) {
    self.terminal = terminal
  }

  func run() async {}

  /// Prints nothing for `finished`: the exit code is not known yet. ``conclude(_:exitCode:)`` does.
  func receive(_ progress: RunProgress) {
    switch progress {
    case .started(let run, let plan):
      emit(
        "run.started",
        [
          "run": .string(run.id.description), "pipeline": .string(run.pipeline.description),
          "sequenceId": .integer(run.sequenceID), "at": .string(run.startedAt.description),
          "replayOf": Value(run.origin.replayOf?.description), "nodes": .list(plan.nodes.compactMap(Self.value)),
        ])
    case .expanded(let path, let nodes):
      emit("nodes.added", ["path": .string(path.description), "nodes": .list(nodes.compactMap(Self.value))])
    case .changed(let path, let status, let message, let at):
      if status.isFinal { finishOutput(of: path) }
      emit(
        "node.changed",
        [
          "path": .string(path.description), "status": .string(status.rawValue), "message": Value(message),
          "at": .string(at.description),
        ])
    case .attempt(let path, let number, let at):
      finishOutput(of: path)
      emit(
        "step.attempt",
        ["path": .string(path.description), "number": .integer(number), "at": .string(at.description)])
    case .output(let path, let bytes):
      output(bytes, at: path)
    case .notice(let path, let text):
      emit("notice", ["path": .string(path.description), "message": .string(text)])
    case .finished:
      for path in unfinished.keys.sorted() { finishOutput(of: path) }
    }
  }

  /// Prints the last event.
  nonisolated func conclude(_ conclusion: RunConclusion, exitCode: Int32) {
    let breach: Value =
      if let breach = conclusion.breach {
        [
          "reason": .string(breach.reason.rawValue), "path": .string(breach.path),
          "expected": Value(breach.expected?.description), "found": .string(breach.found.description),
        ]
      } else {
        .null
      }
    emit(
      "run.finished",
      [
        "run": .string(conclusion.run.id.description), "status": .string(conclusion.status.rawValue),
        "message": Value(conclusion.message), "exitCode": .integer(Int(exitCode)), "breach": breach,
      ])
  }

  private func output(_ bytes: ArraySlice<UInt8>, at path: StepPath) {
    var all = unfinished.removeValue(forKey: path) ?? []
    all += bytes
    let held = Self.unfinishedCharacter(atEndOf: all)
    if held > 0 { unfinished[path] = Array(all.suffix(held)) }
    emitOutput(all.dropLast(held), at: path)
  }

  private func finishOutput(of path: StepPath) {
    if let rest = unfinished.removeValue(forKey: path) { emitOutput(rest[...], at: path) }
  }

  private nonisolated func emitOutput(_ bytes: ArraySlice<UInt8>, at path: StepPath) {
    guard !bytes.isEmpty else { return }
    var fields: [String: Value] = ["path": .string(path.description)]
    if let text = String(validating: bytes, as: UTF8.self) {
      fields["text"] = .string(text)
    } else {
      fields["base64"] = .string(Data(bytes).base64EncodedString())
    }
    emit("step.output", fields)
  }

  private nonisolated func emit(_ event: String, _ fields: [String: Value]) {
    var object = fields
    object["event"] = .string(event)
    object["schemaVersion"] = .integer(Self.schemaVersion)
    terminal.data(Value.map(object).canonicalJSON + "\n")
  }

  private static func value(_ node: Plan.Node) -> Value? {
    guard let kind = node.kind else { return nil }
    return [
      "path": .string(node.path.description), "kind": .string(kind.rawValue), "name": .string(node.name),
      "type": .string(node.type),
    ]
  }

  /// How many bytes at the end begin a UTF-8 sequence and don't end it.
  private static func unfinishedCharacter(atEndOf bytes: [UInt8]) -> Int {
    for (index, byte) in bytes.suffix(3).reversed().enumerated() {
      let length =
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
      if length > 0 { return length > index + 1 ? index + 1 : 0 }
      if byte & 0xC0 != 0x80 { return 0 }
    }
    return 0
  }
}
