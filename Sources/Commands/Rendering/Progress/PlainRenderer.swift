import Engine
import Model

/// A run as lines for pipes and build servers: each says which stage and step it comes from.
///
///     [build_scan_push/BuildOnly] #1 FROM alpine:3.20
///     [build_scan_push/BuildOnly] succeeded in 1.2s
actor PlainRenderer: ProgressRenderer {
  private struct Entry {
    let prefix: String
    var startedAt: Timestamp?
    var lines = OutputLines()
  }

  private let terminal: Terminal
  private let clock: EngineClock
  private var entries: [StepPath: Entry] = [:]
  private var steps = Set<StepPath>()

  init(terminal: Terminal, clock: EngineClock) {
    self.terminal = terminal
    self.clock = clock
  }

  func run() async {
    await clock.sleepUntilCancelled()
    finishLines()
  }

  func receive(_ progress: RunProgress) {
    switch progress {
    case .started(let run, let plan):
      steps = Set(plan.nodes.filter { $0.kind == .step }.map(\.path))
      terminal.talk("run \(run.pipeline)#\(run.sequenceID) (\(run.id)) started")
    case .expanded(let path, let nodes):
      steps.formUnion(nodes.lazy.filter { $0.kind == .step }.map(\.path))
      say(counted(nodes.count { $0.iteration != nil }, "instance"), at: path, .dim)
    case .changed(let path, let status, let message, let at):
      change(path, status, message, at)
    case .attempt(let path, let number, let at):
      finishLines(of: path)
      entries[path, default: entry(path)].startedAt = at
      say(number == 1 ? "started" : "started, attempt \(number)", at: path, .dim)
    case .output(let path, let bytes):
      output(bytes, at: path)
    case .notice(let path, let text):
      say("note: " + HarmlessText.inLine(text), at: path, .cyan)
    case .finished:
      finishLines()
    }
  }

  private func change(_ path: StepPath, _ status: Status, _ message: String?, _ at: Timestamp) {
    var entry = entries[path] ?? entry(path)
    let message = message.map { ": " + HarmlessText.firstLine($0) } ?? ""
    guard status.isFinal else {
      // A step says so with its attempt, once its condition has been looked at.
      if status == .running {
        entry.startedAt = entry.startedAt ?? at
        entries[path] = entry
        if !steps.contains(path) { say("started", at: path, .dim) }
      }
      return
    }
    finishLines(of: path)
    let hasRun = status != .skipped
    let duration = hasRun ? DurationText.between(entry.startedAt, at).map { " in " + $0 } ?? "" : ""
    say(status.word + duration + message, at: path, status.style)
    entries[path] = nil
  }

  private func output(_ bytes: ArraySlice<UInt8>, at path: StepPath) {
    var entry = entries[path] ?? entry(path)
    // Taken out, so that its buffer is not copied when it grows.
    entries[path] = nil
    let prefix = Array(painted(entry.prefix, .dim).utf8)
    var text = [UInt8]()
    text.reserveCapacity(bytes.count + bytes.count / 2)
    entry.lines.append(bytes) { Self.append($0, prefix, to: &text) }
    entries[path] = entry
    if !text.isEmpty { terminal.talk(lines: text) }
  }

  private static func append(_ line: ArraySlice<UInt8>, _ prefix: [UInt8], to text: inout [UInt8]) {
    text += prefix
    HarmlessText.append(line: line, to: &text)
    text.append(0x0A)
  }

  /// Shows lines that have begun and not ended: nothing is going to end them.
  private func finishLines() {
    for path in entries.keys.sorted() { finishLines(of: path) }
  }

  private func finishLines(of path: StepPath) {
    guard var entry = entries[path] else { return }
    var text = [UInt8]()
    entry.lines.finish { Self.append($0, Array(painted(entry.prefix, .dim).utf8), to: &text) }
    entries[path] = entry
    if !text.isEmpty { terminal.talk(lines: text) }
  }

  private func say(_ sentence: String, at path: StepPath, _ style: TextStyle) {
    terminal.talk([StyledLine((entries[path] ?? entry(path)).prefix, .dim).appending(sentence, style)])
  }

  private func painted(_ text: String, _ style: TextStyle) -> String { terminal.talkPalette.paint(text, style) }

  private func entry(_ path: StepPath) -> Entry {
    let name = path.components.isEmpty ? "pipeline" : StepChoice.short(path)
    return Entry(prefix: "[\(name)] ")
  }
}
