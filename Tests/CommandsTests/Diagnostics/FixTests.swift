import Glibc
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct FixTests {
  private func edit(_ range: Range<Int>, _ text: String) -> DiagnosticFix.Edit {
    DiagnosticFix.Edit(file: "f", range: range, replacement: text)
  }

  private func fixed(_ text: String, _ fixes: [DiagnosticFix.Edit]...) -> FixedText {
    FixedText(SourceText(file: "f", text: text), fixes: fixes.map { DiagnosticFix("mend", .safe, $0) })
  }

  private func string(_ text: FixedText) -> String { String(decoding: text.bytes, as: UTF8.self) }

  @Test func `edits are made at their places and nothing else is touched`() {
    let text = fixed("a: yes\r\nb: no # ü\n", [edit(3..<6, "\"true\"")], [edit(11..<13, "false"), edit(8..<8, "x")])
    #expect(string(text) == "a: \"true\"\r\nxb: false # ü\n")
    #expect(text.applied == 2 && text.skipped == 0)
  }

  @Test func `of two that meet the first one is made, and the other is left whole`() {
    let text = fixed("0123456789", [edit(2..<5, "x")], [edit(4..<6, "y"), edit(8..<9, "z")], [edit(7..<8, "w")])
    #expect(string(text) == "01x56w89")
    #expect(text.applied == 2 && text.skipped == 1)
  }

  @Test func `the same fix twice is one, and one beyond the end is none`() {
    let text = fixed("0123", [edit(0..<1, "x")], [edit(0..<1, "x")], [edit(3..<9, "y")])
    #expect(string(text) == "x123")
    #expect(text.applied == 1 && text.skipped == 1)
  }

  @Test func `a patch shows the lines around`() {
    let lines = (1...20).map { "line \($0)\n" }.joined()
    let diff = UnifiedDiff(
      fixed(lines, [edit(0..<4, "LINE")], [edit(lines.utf8.count - 8..<lines.utf8.count - 4, "LAST")])
    )
    .lines.map { $0.rendered(Palette(usesColor: false)) }
    #expect(
      diff == [
        "--- f", "+++ f", "@@ -1,4 +1,4 @@", "-line 1", "+LINE 1", " line 2", " line 3", " line 4", "@@ -17,4 +17,4 @@",
        " line 17", " line 18", " line 19", "-line 20", "+LAST 20",
      ])
    #expect(UnifiedDiff(fixed("a\n")).lines == [])
  }

  @Test func `a file is replaced with its permissions, through a link`() throws {
    try TemporaryDirectory.with { directory in
      let file = directory.appending("real.yaml")
      try file.write("old")
      let link = directory.appending("link.yaml")
      #expect(file.withPlatformString { from in link.withPlatformString { symlink(from, $0) } } == 0)
      #expect(file.withPlatformString { chmod($0, 0o640) } == 0)
      try ReplacedFile.write(Array("new".utf8), to: link)
      #expect(try file.readText() == "new")
      var status = stat()
      #expect(link.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK)
      #expect(file.withPlatformString { stat($0, &status) } == 0 && status.st_mode & 0o777 == 0o640)
      #expect(throws: CommandFailure.self) { try ReplacedFile.write([], to: directory.appending("none/file")) }
    }
  }
}
