import Engine
import Model

/// The stages, groups and steps of a run that the ledger holds, as a tree.
struct RunTree {
  private let history: RunHistory
  private let attempts: [StepPath: [Attempt]]

  /// Why something ran that has a condition.
  private let reasons: [StepPath: String]

  init(_ history: RunHistory, remarks: [StepPath: String] = [:]) {
    self.history = history
    reasons = remarks
    attempts = Dictionary(grouping: history.attempts, by: \.path)
  }

  /// `✓ build#3 succeeded in 12s`.
  static func verdict(_ run: Run, glyphs: Glyphs) -> StyledLine {
    let time = DurationText.between(run.startedAt, run.finishedAt).map { " in " + $0 } ?? ""
    let word = run.status == .running ? "is running" : run.status.word
    return StyledLine("\(glyphs.mark(run.status)) ", run.status.style)
      .appending("\(run.pipeline)#\(run.sequenceID) ", .bold).appending(word + time, run.status.style)
  }

  func lines(_ terminal: Terminal, showsAttempts: Bool) -> [StyledLine] {
    let nodes = ordered
    let labelWidth = nodes.map { TextWidth.of(label($0)) + $0.path.components.count * 2 }.max() ?? 0
    return nodes.flatMap { node in
      let lines = [line(for: node, labelWidth, terminal.glyphs)]
      return showsAttempts ? lines + attemptLines(for: node) : lines
    }
  }

  /// Below each node what lies in it, in the order in which it was first recorded.
  private var ordered: [RunNode] {
    var children: [StepPath: [RunNode]] = [:]
    let known = Set(history.nodes.map(\.path))
    for node in history.nodes {
      // A node whose parent was never recorded stands where its parent would.
      var parent = node.path.parent ?? .pipeline
      while parent != .pipeline, !known.contains(parent) { parent = parent.parent ?? .pipeline }
      children[parent, default: []].append(node)
    }
    func below(_ path: StepPath) -> [RunNode] {
      (children[path] ?? []).flatMap { [$0] + below($0.path) }
    }
    return below(.pipeline)
  }

  private func line(for node: RunNode, _ labelWidth: Int, _ glyphs: Glyphs) -> StyledLine {
    let depth = node.path.components.count
    var line = StyledLine(String(repeating: " ", count: depth * 2))
    line.append(glyphs.mark(node.status) + " ", node.status.style)
    // What was taken over or skipped has taken no time.
    let time =
      node.status == .skipped || node.takenFrom != nil ? nil : DurationText.between(node.startedAt, node.finishedAt)
    let remarks = remarks(on: node)
    let hasMore = time != nil || !remarks.isEmpty
    line.append(hasMore ? TextWidth.padded(label(node), to: labelWidth - depth * 2) : label(node))
    if hasMore {
      line.append("  " + String(repeating: " ", count: max(0, 7 - (time ?? "").count)) + (time ?? ""))
    }
    if !remarks.isEmpty {
      line.append("  " + remarks, node.status.isFinal && !node.status.isPositive ? .red : .dim)
    }
    return line
  }

  private func remarks(on node: RunNode) -> String {
    var remarks = [String]()
    if node.status != .succeeded { remarks.append(node.status.word) }
    if let message = node.message ?? reasons[node.path] { remarks.append(HarmlessText.firstLine(message)) }
    let origin = node.takenFrom.map { remarks.isEmpty ? "taken over from run \($0)" : " (taken over from run \($0))" }
    return remarks.joined(separator: ": ") + (origin ?? "")
  }

  /// Attempts are told one by one where there was more than one.
  private func attemptLines(for node: RunNode) -> [StyledLine] {
    let attempts = attempts[node.path] ?? []
    let indentation = String(repeating: " ", count: node.path.components.count * 2 + 2)
    if attempts.count == 1, let only = attempts.first {
      guard let code = only.exitCode, code != 0 else { return [] }
      let sentence = "exit code \(code)"
      // Most steps fail with just that as their message.
      return node.message?.contains(sentence) == true ? [] : [StyledLine(indentation + sentence, .dim)]
    }
    return attempts.map { attempt in
      let time = DurationText.between(attempt.startedAt, attempt.finishedAt).map { " after " + $0 } ?? ""
      let code = attempt.exitCode.map { ", exit code \($0)" } ?? ""
      let message = attempt.message.map { ": " + HarmlessText.firstLine($0) } ?? ""
      return StyledLine(
        indentation + "attempt \(attempt.number) \(attempt.status.word)\(time)\(code)\(message)", .dim)
    }
  }

  private func label(_ node: RunNode) -> String { node.path.last?.description ?? "" }
}
