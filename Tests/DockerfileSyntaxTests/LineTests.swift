import Model
import Testing

@testable import DockerfileSyntax

struct LineTests {
  @Test func `directives are read until the first line that is none`() throws {
    let file = try dockerfile(
      "# syntax=docker/dockerfile:1\n#Escape = `\n# check=skip=all\n# note=1\nFROM a `\n AS b\n")
    #expect(file.directives.escape == .backtick)
    #expect(file.directives.syntax == "docker/dockerfile:1")
    #expect(file.directives.check == "skip=all")
    #expect(file.stages[0].name == "b")
    #expect(try dockerfile("# note\n# escape=`\nFROM a").directives.escape == .backslash)
  }

  @Test func `a directive that is repeated or malformed is an error on its line`() {
    #expect(
      complaints("# escape=\\\n# escape=`\nFROM a") == ["2: error: the directive escape is given twice"])
    #expect(complaints("# escape=x\nFROM a") == ["1: error: the escape token must be ` or \\, not 'x'"])
  }

  @Test func `a byte order mark and carriage returns leave no trace`() throws {
    let file = try dockerfile("\u{FEFF}# escape=`\r\nFROM a\r\nRUN one `\r\n  two\r\nCMD [\"x\"]\r\n")
    #expect(file.directives.escape == .backtick)
    #expect(file.stages[0].base == "a")
    #expect(file.stages[0].instructions.map(\.original) == ["RUN one   two", "CMD [\"x\"]"])
    #expect(file.stages[0].span.start.offset == 15)
  }

  @Test func `comments inside a continuation vanish and empty lines are warned about`() throws {
    let text = "FROM a\nRUN one \\\n  # why\n\n  && two \\\n  # end\nUSER x"
    #expect(complaints(text) == ["4: warning: empty line inside a continued instruction"])
    let instructions = try dockerfile(text).stages[0].instructions
    #expect(instructions.map(\.original) == ["RUN one   && two USER x"])
    #expect(instructions[0].span.start.line == 2)
    #expect(instructions[0].span.end.line == 7)
  }

  @Test func `an escaped escape token continues nothing`() throws {
    #expect(try dockerfile("FROM a\nENV P c:\\\\\nUSER x").stages[0].instructions.count == 2)
  }

  @Test func `a line of 65535 bytes is read and a longer one is refused`() {
    let fits = "FROM a\nRUN " + String(repeating: "x", count: 65_531)
    #expect(complaints(fits) == [])
    #expect(complaints(fits + "\n") == [])
    #expect(complaints(fits + "x\n") == ["2: error: the line is longer than 65535 bytes"])
  }

  @Test func `spans count columns in scalars and offsets in bytes`() throws {
    let file = try dockerfile("# größe\n  FROM ä\n")
    let span = file.stages[0].span
    #expect(span.start.line == 2 && span.start.column == 3 && span.start.offset == 12)
    #expect(span.end.line == 2 && span.end.column == 9 && span.end.offset == 19)
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n"])
  func `a file without instructions is refused`(text: String) {
    #expect(complaints(text) == ["1: error: the file has no instructions"])
  }
}
