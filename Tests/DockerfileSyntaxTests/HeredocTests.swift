import Testing

@testable import DockerfileSyntax

struct HeredocTests {
  @Test func `heredocs are read one after the other, each to its own end`() throws {
    let (tree, _) = SyntaxTree.parse("FROM a\nCOPY <<X <<-'Y' /d/\nY\nX\n\tX\n\tY\nUSER u\n", file: "D")
    let copy = tree.nodes[1]
    #expect(copy.heredocs.map(\.name) == ["X", "Y"])
    #expect(copy.heredocs.map(\.rawContent) == ["Y\n", "\tX\n"])
    #expect(copy.heredocs.map(\.content) == ["Y\n", "X\n"])
    #expect(copy.heredocs.map(\.expandsVariables) == [true, false])
    #expect(copy.startLine == 2 && copy.endLine == 6)
    #expect(tree.nodes.count == 3)
  }

  @Test(
    arguments: [
      ("<<eof", "eof", true), ("<<eo\\'f", "eo'f", true), ("<<eo'f'", "eof", false), ("<<'e'o\\'f", "eo'f", false),
      ("<<'one two'", "one two", false), ("<<$EOF", "$EOF", true), ("3<<-E", "E", true), ("<<  E", "E", true),
    ])
  func `a word opens a heredoc`(word: String, name: String, expands: Bool) throws {
    let opening = try #require(try HeredocOpening(word))
    #expect(opening.name == name)
    #expect(opening.expandsVariables == expands)
  }

  @Test(arguments: ["<<", "<<-", "a<<b", "<<<a", "<<one two", "'<<a'", "<"])
  func `a word opens no heredoc`(word: String) throws {
    #expect(try HeredocOpening(word) == nil)
  }

  @Test(
    arguments: ["RUN [\"<<EOF\"]", "RUN \"<<EOF\"", "CMD <<EOF", "RUN echo it's <<EOF", "ENV A=<<EOF", "RUN a <<< b"])
  func `what only looks like a heredoc takes no lines`(line: String) throws {
    #expect(try instruction(line).heredocs.isEmpty)
  }

  @Test func `a heredoc without its end is an error`() {
    #expect(complaints("FROM a\nRUN <<EOF\necho\n") == ["2: error: the heredoc EOF has no end"])
  }

  @Test func `comments and continuations in a heredoc are its own`() throws {
    let run = try instruction("RUN <<EOF\n# not a comment\nx \\\n\ny\r\nEOF")
    #expect(run.heredocs[0].content == "# not a comment\nx \\\n\ny\r\n")
  }

  @Test func `a heredoc alone is the script, and executed if it names its interpreter`() throws {
    #expect(try script("RUN <<-EOF\n\techo $x\n\tEOF") == .shell("echo $x\n"))
    #expect(try script("RUN <<P\n#!/bin/x\nP") == .executable(name: "P", content: "#!/bin/x\n"))
    #expect(try script("RUN cat <<A 3<<B\n1\nA\n2\nB") == .shell("cat <<A 3<<B\n1\nA\n2\nB"))
    #expect(try script("RUN [\"a\", \"b\"]") == .exec(["a", "b"]))
  }

  private func script(_ text: String) throws -> RunInstruction.Script? {
    guard case .run(let run) = try instruction(text).action else { return nil }
    return run.script
  }

  @Test func `ONBUILD carries the heredocs of its trigger`() throws {
    guard case .onbuild(let onbuild) = try instruction("ONBUILD COPY <<A /a\nx\nA\n").action else {
      Issue.record("no ONBUILD")
      return
    }
    #expect(onbuild.trigger == "COPY <<A /a\nx\nA")
    let (instructions, _) = Dockerfile.parseTrigger(onbuild.trigger, file: "trigger")
    #expect(instructions?.first?.heredocs.first?.content == "x\n")
  }
}
