import Model
import PipelineFile
import Testing

@Suite struct YAMLReaderTests {
  @Test func `every value knows its place`() throws {
    let root = try read("a: 1\nb:\n  - x\n  - 'y z'\nc: {d: e}\n")
    #expect(place(root) == "1:1-5:10")
    #expect(place(root["a"]) == "1:4-1:5")
    #expect(place(root["b"]) == "3:3-4:10")
    #expect(place(root["c"]) == "5:4-5:10")
    #expect(place(root["c"]?["d"]) == "5:8-5:9")
  }

  @Test func `columns count Unicode scalars, and offsets bytes`() throws {
    let root = try read("ä: {😀: x}\n")
    let x = try #require(root["ä"]?["😀"])
    #expect(x.span.start == SourcePosition(line: 1, column: 8, offset: 11))
  }

  @Test func `the empty value after a key lies behind the colon`() throws {
    let root = try read("a:\nb: 1\n")
    #expect(place(root["a"]) == "1:3-1:3")
  }

  @Test func `a block ends with its last word`() throws {
    let root = try read("a: |\n  one\n  two\n\n\nb: 1\n")
    #expect(place(root["a"]) == "1:4-3:6")
    #expect(root["a"]?.value == "one\ntwo\n")
  }

  @Test(arguments: [
    "\u{FEFF}a: x\nb: y\n", "a: x\r\nb: y\r\n", "\u{FEFF}a: x\r\nb: y", "a: x\rb: y\r", "a: x\nb: y",
    "# comment\n--- # start\na: x\nb: y\n...\n", "%YAML 1.1\n---\na: x\nb: y\n",
  ])
  func `a byte order mark, any line end and the document markers are fine`(_ text: String) throws {
    let root = try read(text)
    #expect(root.value == ["a": "x", "b": "y"])
    #expect(root["b"]?.span.start.column == 4)
    #expect(SourceText(file: "f", text: text).line(root["b"]?.span.start.line ?? 0) == "b: y")
  }

  @Test func `lines end where editors end them, whatever YAML says`() throws {
    let root = try read("a: \"x\u{2028}y\u{85}z\"\nb: 1\n")
    #expect(root["b"]?.span.start == SourcePosition(line: 2, column: 4, offset: 17))
  }

  @Test func `an alias stands for what its anchor holds`() throws {
    let root = try read("a: &x {k: [1, 2]}\nb: *x\n")
    #expect(root["b"]?.value == ["k": [1, 2]])
    #expect(root["b"]?["k"]?.span.start.line == 1)
  }

  @Test func `an anchor may be set again`() throws {
    let root = try read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    #expect(root.value == ["a": 1, "b": 1, "c": 2, "d": 2])
  }

  @Test func `a merge key adds what the mapping lacks, earlier mappings first`() throws {
    let root = try read(
      """
      a: &a {x: 1, y: 1}
      b: &b {y: 2, z: 2}
      one: {<<: *a, y: 0}
      two: {<<: [*a, *b], w: 0}
      quoted: {"<<": 1}
      """)
    #expect(root["one"]?.value == ["x": 1, "y": 0])
    #expect(root["two"]?.value == ["x": 1, "y": 1, "z": 2, "w": 0])
    #expect(root["quoted"]?.value == ["<<": 1])
  }

  @Test func `only a plain scalar is ever anything but a string`() throws {
    let root = try read("[1, '1', \"1\", !!str 1, ! 1, true, 'true', ~, <+input>, 1.0, 007]")
    #expect(root.value == [1, "1", "1", "1", "1", true, "true", .null, "<+input>", .double(1), "007"])
  }

  @Test func `keys keep the order of the file`() throws {
    guard case .mapping(let mapping) = try read("z: 1\na: 2\nm: 3\n") else {
      Issue.record("no mapping")
      return
    }
    #expect(mapping.entries.map(\.key.text) == ["z", "a", "m"])
  }

  @Test func `after a duplicate key the first one counts`() {
    let (root, diagnostics) = YAMLReader.read(SourceText(file: "f", text: "a: 1\na: 2\n"))
    #expect(root?.value == ["a": 1])
    #expect(diagnostics.count == 1)
  }

  private func read(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Node {
    let (root, diagnostics) = YAMLReader.read(SourceText(file: "f", text: text))
    #expect(diagnostics == [], sourceLocation: sourceLocation)
    return try #require(root, sourceLocation: sourceLocation)
  }

  private func place(_ node: Node?) -> String {
    guard let span = node?.span else { return "nowhere" }
    return "\(span.start.line):\(span.start.column)-\(span.end.line):\(span.end.column)"
  }
}
