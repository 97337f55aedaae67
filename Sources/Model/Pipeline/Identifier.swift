/// The `identifier` of a pipeline, stage, group or step: `^[a-zA-Z_][0-9a-zA-Z_]{0,127}$`.
package struct Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
  package enum ParseError: Error, Equatable {
    case empty
    case tooLong(String)
    case invalidCharacter(String)
  }

  package let description: String

  package init(_ text: String) throws(ParseError) {
    guard let first = text.utf8.first else { throw .empty }
    guard text.utf8.count <= 128 else { throw .tooLong(text) }
    let isWord = text.utf8.allSatisfy(Self.isWordByte)
    guard isWord, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { throw .invalidCharacter(text) }
    description = text
  }

  package static func < (left: Identifier, right: Identifier) -> Bool { left.description < right.description }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
