import Model
import PipelineFile
import Testing

@Suite struct EnvironmentFileTests {
  @Test(arguments: [
    ("A=b", "b"), ("A = b c ", "b c"), ("export A=b", "b"), ("A=", ""), ("A=b # comment", "b"), ("A=b#c", "b#c"),
    ("A=\"b # c\\n\\\"d\\$\"", "b # c\n\"d$"), ("A='b \\n $c'", "b \\n $c"), ("A='x' # comment", "x"), ("A=#", "#"),
    ("\u{FEFF}\nA=b", "b"), ("# comment\r\n\r\nA=b\r\n", "b"),
  ])
  func `a line gives a name its value`(_ text: String, _ value: String) {
    let (entries, diagnostics) = EnvironmentFile.read(SourceText(file: ".env", text: text))
    #expect(diagnostics == [])
    #expect(entries.map(\.name) == ["A"])
    #expect(entries.map(\.value.revealed) == [value])
  }

  @Test func `mistakes are named by line, and no message shows a value`() {
    let text = "no assignment hunter2\na-b=hunter2\nA=\"hunter2\naccount.B=fine\n"
    let (entries, diagnostics) = EnvironmentFile.read(SourceText(file: ".env", text: text))
    #expect(entries.map(\.name) == ["account.B"])
    #expect(diagnostics.map { $0.span?.start.line } == [1, 2, 3])
    #expect(!Golden.text(of: diagnostics).contains("hunter2"))
  }
}
