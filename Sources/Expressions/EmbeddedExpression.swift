/// One `<+…>` with all that is nested in it.
package struct EmbeddedExpression: Hashable, Sendable {
  /// What stands between `<+` and its `>`, as written: with `\>` for `>`.
  package let source: String
  /// Where its `<+` stands in the field, in UTF-8 bytes.
  package let offset: Int

  /// From `<+` to `>`, both included, in UTF-8 bytes.
  package var length: Int { source.utf8.count + 3 }

  package var written: String { "<+\(source)>" }

  var contentOffset: Int { offset + 2 }

  static func starts(at index: Int, in bytes: [UInt8]) -> Bool {
    index + 1 < bytes.count && bytes[index] == UInt8(ascii: "<") && bytes[index + 1] == UInt8(ascii: "+")
  }

  /// Reads the expression that starts at `index`.
  ///
  /// A `>` closes the innermost open `<+` wherever it stands, in quotes too; `\>` closes nothing.
  init(at index: Int, in bytes: [UInt8], offset: Int) throws(ExpressionError) {
    let start = index + 2
    var open = 1
    var position = start
    while position < bytes.count {
      if Self.starts(at: position, in: bytes) {
        open += 1
        if open > Limits.depth {
          throw ExpressionError(
            .tooDeep, "expressions are nested in more than \(Limits.depth) levels", expression: "<+",
            offset: offset + index)
        }
        position += 2
        continue
      }
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: ">") {
        position += 2
        continue
      }
      if bytes[position] == UInt8(ascii: ">") {
        open -= 1
        if open == 0 {
          source = String(decoding: bytes[start..<position], as: UTF8.self)
          self.offset = offset + index
          return
        }
      }
      position += 1
    }
    let rest = String(decoding: bytes[index...].prefix(60), as: UTF8.self)
    throw ExpressionError(
      .unclosed, "'<+' is opened and never closed with '>'", expression: rest, offset: offset + index)
  }
}
