import Model
import Testing

@testable import PipelineFile

struct ScalarPlacesTests {
  /// A value as YAML, whose text holds one `X`, and the line and column of that `X` in the file.
  static let values: [(String, Int, Int)] = [
    ("key: aXb", 1, 7), ("key: 'aXb'", 1, 8), ("key: \"aXb\"", 1, 8), ("key: 'it''s X'", 1, 13),
    ("key: \"a\\\"b X\"", 1, 12), ("key: \"\\u00e9\\n X\"", 1, 16), ("key: \"\\x41\\x20X\"", 1, 15), ("key: é X", 1, 8),
    ("key: |\n  a\n  bX", 3, 4), ("key: |-\n    a\n      bX\n", 3, 8), ("key: >\n  a b\n  c X\n\n  d", 3, 5),
    ("key: |2 # comment\n    a\n   X", 3, 4), ("key: a\n  b X\n  c", 2, 5), ("key: 'a\n  b\n\n  X'", 4, 3),
    ("key: \"a \\\n  b X\"", 2, 5), ("key: &anchor aX", 1, 15), ("key: !!str aX", 1, 13), ("key: &a !!str 'aX'", 1, 17),
    ("key: |\r\n  a\r\n  X\r\n", 3, 3), ("key: \"\\tX\"", 1, 9), ("key:\n  - a\n  - >-\n    b\n    X c", 5, 5),
  ]

  @Test(arguments: values)
  func `a place in a text is found in the file`(yaml: String, line: Int, column: Int) throws {
    let source = SourceText(file: "f.yaml", text: yaml)
    let root = try #require(YAMLReader.read(source).root)
    let scalar = try #require(Self.scalars(in: root).first { $0.text.contains("X") })
    let offset = try #require(Array(scalar.text.utf8).firstIndex(of: UInt8(ascii: "X")))
    let span = ScalarPlaces(scalar, in: source).span(of: offset..<offset + 1)
    #expect(span.start.line == line)
    #expect(span.start.column == column)
    #expect(span.end.offset - span.start.offset == 1)
  }

  private static func scalars(in node: Node) -> [Node.Scalar] {
    switch node {
    case .scalar(let scalar): [scalar]
    case .sequence(let sequence): sequence.elements.flatMap(scalars)
    case .mapping(let mapping): mapping.entries.flatMap { scalars(in: $0.value) }
    }
  }
}
