import Model

/// Lays a live tree out as lines: all of it, or as much as a low screen holds.
struct LiveTreeLayout {
  private struct Row {
    let line: StyledLine
    /// The lower, the longer it stays when there is no room for all.
    let rank: Int
  }

  /// What is left out, step by step, where the screen is too low.
  private struct Detail {
    var outputLines: Int
    var hidesFinished = false
    var hidesWaiting = false
  }

  private static let outputRank = 6

  private static let details = [
    Detail(outputLines: 6), Detail(outputLines: 3), Detail(outputLines: 3, hidesFinished: true),
    Detail(outputLines: 3, hidesFinished: true, hidesWaiting: true),
    Detail(outputLines: 1, hidesFinished: true, hidesWaiting: true),
    Detail(outputLines: 0, hidesFinished: true, hidesWaiting: true),
  ]

  let tree: LiveTree
  let now: Timestamp
  let glyphs: Glyphs

  /// The tree while the run goes on, in at most `height` lines.
  func frame(height: Int) -> [StyledLine] {
    var rows = [Row]()
    for detail in Self.details {
      rows = self.rows(detail)
      if rows.count <= height { return rows.map(\.line) }
    }
    let kept = max(1, height - 1)
    let chosen = rows.indices.sorted { (rows[$0].rank, $0) < (rows[$1].rank, $1) }.prefix(kept).sorted()
    let rest = StyledLine("  \(glyphs.ellipsis) \(rows.count - chosen.count) more", .dim)
    return Array((chosen.map { rows[$0].line } + [rest]).prefix(max(1, height)))
  }

  /// The tree that stays on the screen after the run. Only the output of what failed may be wider than the screen.
  func conclusion() -> [(line: StyledLine, isOutput: Bool)] {
    rows(Detail(outputLines: OutputTail.capacity), isFinal: true).map { ($0.line, $0.rank == Self.outputRank) }
  }

  private func rows(_ detail: Detail, isFinal: Bool = false) -> [Row] {
    var title = StyledLine(glyphs.mark(tree.status) + " ", tree.status.style).appending(tree.title, .bold)
    if let time = DurationText.between(tree.startedAt, tree.finishedAt ?? now) { title.append("  " + time) }
    var rows = [Row(line: title, rank: 0)]
    rows += tree.notices.map { Row(line: StyledLine("  note: " + $0, .dim), rank: 5) }
    let labelWidth = min(40, tree.entries.map { $0.depth * 2 + 2 + TextWidth.of($0.label) }.max() ?? 0)
    var hidden: StepPath?
    for entry in tree.entries {
      if let hidden, entry.path.isInside(hidden) { continue }
      hidden = nil
      rows.append(Row(line: line(for: entry, labelWidth), rank: rank(of: entry)))
      if entry.kind != .step {
        let isHidden =
          entry.status == .notStarted ? detail.hidesWaiting : entry.status.isPositive && detail.hidesFinished
        if isHidden { hidden = entry.path }
      }
      let indentation = String(repeating: " ", count: entry.depth * 2 + 2)
      rows += entry.notices.map { Row(line: StyledLine(indentation + "note: " + $0, .dim), rank: 5) }
      // A finished step is one line, unless its output says why it failed.
      guard entry.kind == .step, entry.hasFailed || (entry.status == .running && !isFinal) else { continue }
      rows += entry.output.lines(detail.outputLines).map { text in
        Row(
          line: StyledLine(indentation + glyphs.rule + " ", entry.hasFailed ? .red : .dim).appending(
            text, entry.hasFailed ? nil : .dim), rank: Self.outputRank)
      }
    }
    return rows
  }

  private func line(for entry: LiveTree.Entry, _ labelWidth: Int) -> StyledLine {
    var line = StyledLine(String(repeating: " ", count: entry.depth * 2))
    line.append(glyphs.mark(entry.status), entry.status.style)
    let width = max(0, labelWidth - entry.depth * 2 - 2)
    line.append(" ")
    line.append(TextWidth.padded(entry.label, to: width), entry.status == .notStarted ? .dim : nil)
    var remarks = [String]()
    if entry.status != .skipped, let time = DurationText.between(entry.startedAt, entry.finishedAt ?? now) {
      line.append("  " + String(repeating: " ", count: max(0, 7 - time.count)) + time)
    } else if entry.status != .notStarted {
      line.append(String(repeating: " ", count: 9))
    }
    if entry.attempt > 1 { remarks.append("attempt \(entry.attempt)") }
    if entry.status.isFinal, entry.status != .succeeded { remarks.append(entry.status.word) }
    if let message = entry.message { remarks.append(message) }
    if !remarks.isEmpty {
      line.append("  " + remarks.joined(separator: ": "), entry.hasFailed ? .red : .dim)
    }
    return line
  }

  private func rank(of entry: LiveTree.Entry) -> Int {
    if entry.isRunningStep { return 1 }
    if entry.hasFailed { return 2 }
    return entry.status == .running ? 3 : 4
  }
}
