import Engine
import Model

/// What is known of a run while it goes on: its stages, groups and steps, with the end of each step's output.
struct LiveTree {
  struct Entry {
    let path: StepPath
    let kind: RunNode.Kind
    var status = Status.notStarted
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var message: String?
    var attempt = 1
    var notices: [String] = []
    var output = OutputTail()

    var label: String { path.last?.description ?? "" }
    var depth: Int { path.components.count }
    var isRunningStep: Bool { kind == .step && status == .running }
    var hasFailed: Bool { status.isFinal && !status.isPositive }
  }

  private(set) var title = ""
  private(set) var startedAt: Timestamp?
  private(set) var finishedAt: Timestamp?
  private(set) var status = Status.running
  /// About the run as a whole.
  private(set) var notices: [String] = []
  /// Parents before their children, siblings in the file's order.
  private(set) var entries: [Entry] = []
  private var indices: [StepPath: Int] = [:]

  mutating func receive(_ progress: RunProgress) {
    switch progress {
    case .started(let run, let plan):
      title = "\(run.pipeline)#\(run.sequenceID)"
      startedAt = run.startedAt
      for node in plan.nodes {
        guard let kind = node.kind else { continue }
        indices[node.path] = entries.count
        entries.append(Entry(path: node.path, kind: kind))
      }
    case .expanded(let path, let nodes):
      insert(nodes, after: path)
    case .changed(let path, let status, let message, let at):
      update(path) { entry in
        entry.status = status
        if status == .running { entry.startedAt = entry.startedAt ?? at }
        if status.isFinal { entry.finishedAt = at }
        entry.message = message.map(HarmlessText.firstLine)
      }
    case .attempt(let path, let number, _):
      update(path) { entry in
        entry.attempt = number
        entry.message = nil
        entry.output.removeAll()
      }
    case .output(let path, let bytes):
      update(path) { $0.output.append(bytes) }
    case .notice(let path, let text):
      if path == .pipeline { notices.append(HarmlessText.inLine(text)) }
      update(path) { $0.notices.append(HarmlessText.inLine(text)) }
    case .finished(let conclusion, let at):
      status = conclusion.status
      finishedAt = at
    }
  }

  private mutating func insert(_ nodes: [Plan.Node], after path: StepPath) {
    let place = indices[path].map { $0 + 1 } ?? entries.count
    let added = nodes.compactMap { node in node.kind.map { Entry(path: node.path, kind: $0) } }
    entries.insert(contentsOf: added, at: place)
    for index in place..<entries.count { indices[entries[index].path] = index }
  }

  private mutating func update(_ path: StepPath, _ change: (inout Entry) -> Void) {
    if let index = indices[path] { change(&entries[index]) }
  }
}
