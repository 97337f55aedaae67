import Model
import PipelineFile

/// The lines of the files that a diagnostic speaks of, with what is meant underlined.
struct DiagnosticExcerpt {
  /// A stretch of one line to be underlined.
  private struct Mark {
    /// Columns are 1-based; `end` nil means up to the last character.
    let start: Int?
    let end: Int?
    let isPrimary: Bool
    let text: String
  }

  /// Of a span over many lines, so many are shown at the beginning.
  private static let shownLines = 2

  private let file: String?
  /// File, line, and what is marked there. The primary span's file comes first.
  private let places: [(file: String, line: Int, marks: [Mark])]
  private let sources: [String: SourceLines]
  private let severity: Diagnostic.Severity
  private let isConfidential: Bool
  private let ellipsis: String
  /// How many digits the line numbers have.
  let gutterWidth: Int

  init(_ diagnostic: Diagnostic, sources: [String: SourceLines], ellipsis: String) {
    var marks: [String: [Int: [Mark]]] = [:]
    var files = [String]()
    func add(_ span: SourceSpan, isPrimary: Bool, text: String) {
      guard let source = sources[span.file], span.start.column < SourceLines.lastColumn else { return }
      if !files.contains(span.file) { files.append(span.file) }
      for (line, mark) in Self.marks(of: span, in: source, isPrimary: isPrimary, text: text) {
        marks[span.file, default: [:]][line, default: []].append(mark)
      }
    }
    if let span = diagnostic.span { add(span, isPrimary: true, text: "") }
    for label in diagnostic.labels { add(label.span, isPrimary: false, text: HarmlessText.inLine(label.text)) }
    places = files.flatMap { file in
      (marks[file] ?? [:]).sorted { $0.key < $1.key }.map { (file, $0.key, $0.value) }
    }
    file = diagnostic.span?.file
    self.sources = sources
    self.ellipsis = ellipsis
    severity = diagnostic.severity
    isConfidential = diagnostic.isConfidential
    gutterWidth = places.map { String($0.line).count }.max() ?? 1
  }

  /// - Parameter width: longer lines are cut so that what is marked can be seen.
  func lines(width: Int) -> [StyledLine] {
    let blank = String(repeating: " ", count: gutterWidth + 1)
    var lines = [StyledLine]()
    var last: (file: String, line: Int)?
    for place in places {
      guard let source = sources[place.file]?.line(place.line).map(SourceLine.init) else { continue }
      if last == nil || last?.file != place.file {
        if place.file != file {
          lines.append(
            StyledLine(blank, .blue).appending("::: \(HarmlessText.inLine(place.file)):\(place.line)", .blue))
        }
        lines.append(StyledLine(blank + "|", .blue))
      } else if let last, place.line > last.line + 1 {
        lines.append(StyledLine("...", .blue))
      }
      last = (place.file, place.line)
      let number = String(place.line)
      let gutter = String(repeating: " ", count: gutterWidth - number.count) + number + " |"
      let window = self.window(place.marks, in: source, width: max(20, width - gutterWidth - 4))
      let isCutAtStart = window.lowerBound > 0
      let lead = isCutAtStart ? ellipsis : ""
      let tail = window.upperBound < source.width ? ellipsis : ""
      let hidden = isConfidential ? place.marks.filter(\.isPrimary).map { cells($0, in: source) } : []
      let text = lead + source.text(in: window, hiding: hidden) + tail
      lines.append(StyledLine(gutter, .blue).appending(text.isEmpty ? "" : " " + text))
      for mark in place.marks {
        let range = cells(mark, in: source).clamped(to: window)
        let offset = range.lowerBound - window.lowerBound + TextWidth.of(lead)
        let sign = mark.isPrimary ? "^" : "-"
        let style = mark.isPrimary ? severity.style : .blue
        var line = StyledLine(blank + "| ", .blue)
        line.append(String(repeating: " ", count: offset))
        line.append(String(repeating: sign, count: max(1, range.count)), style)
        if !mark.text.isEmpty { line.append(" " + mark.text, style) }
        lines.append(line)
      }
    }
    return lines
  }

  private func cells(_ mark: Mark, in line: SourceLine) -> Range<Int> {
    let start = mark.start.map(line.cell(ofColumn:)) ?? line.indentation
    let end = mark.end.map(line.cell(ofColumn:)) ?? line.end
    return start..<max(start, end)
  }

  /// The cells of the line that are shown.
  private func window(_ marks: [Mark], in line: SourceLine, width: Int) -> Range<Int> {
    guard line.width > width else { return 0..<line.width }
    let ranges = marks.map { cells($0, in: line) }
    let start = ranges.map(\.lowerBound).min() ?? 0
    let end = max(ranges.map(\.upperBound).max() ?? 0, start + 1)
    let room = width - 2 * TextWidth.of(ellipsis)
    if end <= width - TextWidth.of(ellipsis) { return 0..<(width - TextWidth.of(ellipsis)) }
    // What is marked, with what stands before it as far as there is room.
    let first = end - start >= room ? start : max(0, min(start - 8, line.width - room))
    return first..<min(line.width, first + room)
  }

  private static func marks(
    of span: SourceSpan, in source: SourceLines, isPrimary: Bool, text: String
  ) -> [(line: Int, mark: Mark)] {
    func mark(_ start: Int?, _ end: Int?, _ text: String = "") -> Mark {
      Mark(start: start, end: end, isPrimary: isPrimary, text: text)
    }
    if span.start == span.end {
      // A span without an offset means the line as a whole.
      let isWholeLine = span.start.offset == 0 && span.start.line > 1
      return [(span.start.line, isWholeLine ? mark(nil, nil, text) : mark(span.start.column, span.start.column, text))]
    }
    let lines = shownLines(of: span, in: source)
    guard lines.count > 1 else {
      let isOnOneLine = span.end.line == span.start.line
      return [(span.start.line, mark(span.start.column, isOnOneLine ? span.end.column : nil, text))]
    }
    return lines.map { line in
      let isLast = line == lines.last
      return (
        line,
        mark(
          line == span.start.line ? span.start.column : nil, line == span.end.line ? span.end.column : nil,
          isLast ? text : "")
      )
    }
  }

  /// The first lines of a span and its last one. The end of a block lies behind its last line, which is what is meant.
  private static func shownLines(of span: SourceSpan, in source: SourceLines) -> [Int] {
    func isBlank(_ number: Int) -> Bool {
      guard let line = source.line(number).map(SourceLine.init) else { return true }
      let end = number == span.end.line ? line.cell(ofColumn: span.end.column) : line.width
      return line.indentation >= end
    }
    var last = span.end.line
    while last > span.start.line, isBlank(last) { last -= 1 }
    let filled = (span.start.line...last).prefix(8).filter { !isBlank($0) || $0 == span.start.line }
    let first = filled.prefix(Self.shownLines)
    return Array(first) + (first.contains(last) ? [] : [last])
  }
}
