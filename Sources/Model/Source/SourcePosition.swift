/// A place in a text file.
package struct SourcePosition: Hashable, Sendable, Comparable {
  /// 1-based.
  package let line: Int
  /// 1-based, counted in Unicode scalars, as editors show it.
  package let column: Int
  /// 0-based, in UTF-8 bytes from the start of the file.
  package let offset: Int

  package init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    left.offset < right.offset
  }
}
