/// A place in a text file: small, because every value of a pipeline's tree has two.
package struct SourcePosition: Hashable, Sendable, Comparable {
  private let storedLine: UInt32
  private let storedColumn: UInt32
  private let storedOffset: UInt32

  /// 1-based.
  package var line: Int { Int(storedLine) }
  /// 1-based, counted in Unicode scalars, as editors show it.
  package var column: Int { Int(storedColumn) }
  /// 0-based, in UTF-8 bytes from the start of the file.
  package var offset: Int { Int(storedOffset) }

  /// Numbers beyond 32 bits, which no file that is read has, are taken for the largest.
  package init(line: Int, column: Int, offset: Int) {
    storedLine = UInt32(clamping: line)
    storedColumn = UInt32(clamping: column)
    storedOffset = UInt32(clamping: offset)
  }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    left.offset < right.offset
  }
}
