/// A stretch of a text file, from `start` up to but not including `end`.
package struct SourceSpan: Hashable, Sendable {
  /// As the user wrote it on the command line, so that a terminal can open it.
  package let file: String
  package let start: SourcePosition
  package let end: SourcePosition

  package init(file: String, start: SourcePosition, end: SourcePosition) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// A whole line of a file, for formats whose smallest unit is the line.
  package init(file: String, line: Int) {
    let start = SourcePosition(line: line, column: 1, offset: 0)
    self.init(file: file, start: start, end: start)
  }
}

extension SourceSpan: CustomStringConvertible {
  /// `file:line:column`, the form that editors and terminals recognise.
  package var description: String { "\(file):\(start.line):\(start.column)" }
}
