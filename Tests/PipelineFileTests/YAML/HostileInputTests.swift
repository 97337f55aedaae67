import FoundationEssentials
import Model
import PipelineFile
import Testing

/// Files made to break a reader: each ends with one diagnostic and never with a crash.
@Suite struct HostileInputTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let code: String
    let place: String

    init(_ name: String, _ text: String, _ code: String, at place: String) {
      self.init(name, Array(text.utf8), code, at: place)
    }

    init(_ name: String, _ bytes: [UInt8], _ code: String, at place: String) {
      testDescription = name
      self.bytes = bytes
      self.code = code
      self.place = place
    }
  }

  static let cases = [
    Case(
      "an alias bomb of lists", bomb { "[" + $0.map { "*\($0)" }.joined(separator: ",") + "]" }, "SW1009", at: "8:14"),
    Case(
      "an alias bomb of mappings", bomb { "{" + $0.enumerated().map { "k\($0): *\($1)" }.joined(separator: ",") + "}" },
      "SW1009", at: "8:14"),
    Case("10,000 lists in brackets", String(repeating: "[", count: 10_000), "SW1007", at: "1:201"),
    Case("10,000 mappings in braces", String(repeating: "{a: ", count: 10_000), "SW1007", at: "1:801"),
    Case("10,000 lists in a block", String(repeating: "- ", count: 10_000) + "x", "SW1007", at: "1:401"),
    Case(
      "10,000 mappings in a block", (0..<10_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), "SW1007",
      at: "201:201"),
    Case("depth by aliases", deepAliases, "SW1007", at: "3:150"),
    Case("a NUL byte", "a: b\u{0}c", "SW1005", at: "1:5"),
    Case("a NUL byte at the start", "\u{0}", "SW1005", at: "1:1"),
    Case("a control character", "a:\n  b: \u{7}", "SW1005", at: "2:6"),
    Case("a byte order mark in the middle", "a: \u{FEFF}b", "SW1005", at: "1:4"),
    Case("a byte that starts nothing", Array("a: ä".utf8) + [0xFF], "SW1004", at: "1:5"),
    Case("a sequence that breaks off", Array("a: ".utf8) + [0xE2, 0x82], "SW1004", at: "1:4"),
    Case("an overlong slash", Array("a: ".utf8) + [0xC0, 0xAF], "SW1004", at: "1:4"),
    Case("a surrogate", Array("a: ".utf8) + [0xED, 0xA0, 0x80], "SW1004", at: "1:4"),
    Case("UTF-16", [0xFF, 0xFE, 0x61, 0x00, 0x3A, 0x00], "SW1004", at: "1:1"),
    Case("nothing but a byte order mark", "\u{FEFF}", "SW1013", at: "1:1"),
    Case("nothing but white space", " \n\n  \n", "SW1013", at: "1:1"),
    Case("a document without content", "---\n...\n", "SW1013", at: "1:1"),
    Case("a null document", "~", "", at: ""),
    Case("a bracket alone", "]", "SW1001", at: "1:1"),
    Case("a key of 2,000 characters", String(repeating: "k", count: 2_000) + ": 1", "SW1001", at: "1:2001"),
    Case("a tab alone", "\t", "SW1003", at: "1:1"),
    Case("a directive without document", "%YAML 9.9\n---\na", "SW1001", at: "1:1"),
  ]

  @Test(arguments: cases)
  func `a hostile file is refused with a place`(_ hostile: Case) throws {
    let (_, diagnostics) = YAMLReader.read(SourceText(file: "f", bytes: hostile.bytes))
    guard !hostile.code.isEmpty else {
      #expect(diagnostics.isEmpty)
      return
    }
    let diagnostic = try #require(diagnostics.first)
    #expect(diagnostics.count == 1)
    #expect(diagnostic.code.description == hostile.code, "\(diagnostic.message)")
    let span = try #require(diagnostic.span)
    #expect("\(span.start.line):\(span.start.column)" == hostile.place)
    #expect(diagnostic.help != nil)
  }

  /// Every prefix of a real file, and every single byte of it replaced: whatever comes out, it comes out.
  @Test func `no damage to a file makes the reader crash`() {
    let bytes = Array(Self.sample.utf8)
    for end in bytes.indices {
      _ = PipelineReader.read(SourceText(file: "f", bytes: Array(bytes[..<end])))
    }
    for index in bytes.indices {
      for byte in Array("\u{0}\n:{[*\"".utf8) + [0xFF] {
        var damaged = bytes
        damaged[index] = byte
        _ = PipelineReader.read(SourceText(file: "f", bytes: damaged))
      }
    }
  }

  @Test func `a file over the limit is not looked at`() throws {
    let limits = YAMLLimits(size: 10)
    let (root, diagnostics) = YAMLReader.read(SourceText(file: "f", text: "a: 12345678"), limits: limits)
    #expect(root == nil)
    #expect(diagnostics.map(\.code.description) == ["SW1006"])
  }

  /// In a process of its own, because the most memory a process ever held counts what all of its tests held together.
  @Test func `20 MB of values end at the limit, in bounded memory`() async {
    await #expect(processExitsWith: .success) {
      let line = Array("- a\n".utf8)
      var bytes = [UInt8]()
      bytes.reserveCapacity(20 << 20)
      while bytes.count < 20 << 20 { bytes += line }
      let (root, diagnostics) = YAMLReader.read(SourceText(file: "f", bytes: bytes))
      #expect(root == nil)
      #expect(diagnostics.map(\.code.description) == ["SW1009"])
      let peak = try #require(try HostileInputTests.peakMemory())
      #expect(peak < 512 << 20, "\(peak >> 20) MiB")
    }
  }

  @Test func `20 MB of one string are read, in bounded memory`() async {
    await #expect(processExitsWith: .success) {
      let text = String(repeating: "x", count: 20 << 20)
      let (root, diagnostics) = YAMLReader.read(SourceText(file: "f", text: "a: \"\(text)\"\n"))
      #expect(diagnostics == [])
      #expect(root?["a"]?.value.string?.utf8.count == 20 << 20)
      let peak = try #require(try HostileInputTests.peakMemory())
      #expect(peak < 512 << 20, "\(peak >> 20) MiB")
    }
  }

  @Test func `ten thousand duplicate keys are not ten thousand diagnostics`() {
    let text = String(repeating: "a: 1\n", count: 10_000)
    let (_, diagnostics) = YAMLReader.read(SourceText(file: "f", text: text))
    #expect(diagnostics.count == 100)
  }

  /// The most memory this process ever held, in bytes, as the kernel counts it.
  static func peakMemory() throws -> Int? {
    let status = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/self/status")), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { $0.split { $0 == " " || $0 == "\t" }.dropFirst().first }.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Nine lines, each of nine aliases of the line before.
  private static func bomb(_ value: ([String]) -> String) -> String {
    var lines = ["a0: &a0 x"]
    for level in 1...9 {
      lines.append("a\(level): &a\(level) " + value(Array(repeating: "a\(level - 1)", count: 9)))
    }
    return lines.joined(separator: "\n")
  }

  private static let deepAliases =
    "a: &a " + String(repeating: "[", count: 120) + String(repeating: "]", count: 120) + "\nb:\n  "
    + String(repeating: "[", count: 147) + "*a"

  private static let sample = """
    pipeline:
      identifier: a
      name: "b"
      variables: [{name: A, type: String, value: 'x'}]
      stages:
        - stage: &s
            identifier: c
            name: c
            type: CI
            spec:
              execution:
                steps:
                  - step: {identifier: d, name: d, type: Run, spec: {command: |
                      }}
    """
}
