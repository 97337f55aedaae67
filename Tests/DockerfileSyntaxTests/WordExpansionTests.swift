import Testing

@testable import DockerfileSyntax

struct WordExpansionTests {
  @Test(
    arguments: [
      ("$A-${A}", "a.b.c-a.b.c"), ("${X:-d}${E:-d}${E-d}", "dd"), ("${A:+s}${E:+s}${E+s}", "ss"),
      ("${A#*.}|${A##*.}|${A%.*}|${A%%.*}", "b.c|c|a.b|a"), ("${A/./-}|${A//./-}|${A//.}", nil),
      ("${A//?/x}", "xxxxx"), ("${A/b*/!}", "a.!"), ("${X?gone}", nil), ("${E:?gone}", nil),
      ("\"$A\" '$A' \\$A", "a.b.c $A $A"),
      ("${A=x}", nil), ("${A", nil), ("${A:#a}", nil), ("'open", nil),
    ] as [(String, String?)])
  func `variables expand`(word: String, expected: String?) throws {
    let variables = ["A": "a.b.c", "E": ""]
    if let expected {
      #expect(try WordExpansion().word(word, variables: variables) == expected)
    } else {
      #expect(throws: DockerfileError.self) { try WordExpansion().word(word, variables: variables) }
    }
  }

  @Test func `a missing value gives the author's own message`() {
    #expect {
      try WordExpansion().word("${X:?set it}", variables: [:])
    } throws: { error in
      (error as? DockerfileError)?.code == .unsetVariable
        && (error as? DockerfileError)?.message.hasSuffix("X: set it") == true
    }
  }

  @Test func `the backtick escapes where it was chosen`() throws {
    let expansion = WordExpansion(escape: .backtick)
    #expect(try expansion.word("C:\\x `$A \"`\"\"", variables: ["A": "a"]) == "C:\\x $A \"")
  }

  @Test func `the body of a heredoc keeps its quotes`() throws {
    #expect(
      try WordExpansion.heredocBody.word("'$A' \"$A\" \\$A \\\\\n", variables: ["A": "a"]) == "'a' \"a\" $A \\\n")
  }

  @Test func `values split into words unless they are quoted`() throws {
    let result = try WordExpansion().expand("x$A \"$A\" '' $B", variables: ["A": "1  2"])
    #expect(result.words == ["x1", "2", "1  2"])
    #expect(result.text == "x1  2 1  2  ")
    #expect(result.matched == ["A"] && result.unmatched == ["B"])
  }

  @Test func `unset variables stay where that is asked for`() throws {
    let expansion = WordExpansion(keepsUnsetVariables: true)
    let word = "$X ${X} ${X:-a} ${X#a} ${X//a/b} $A"
    #expect(try expansion.word(word, variables: ["A": "1"]) == "$X ${X} ${X:-a} ${X#a} ${X//a/b} 1")
  }

  @Test func `substitutions nested without end are refused`() {
    let word = String(repeating: "${X:-", count: 20_000) + String(repeating: "}", count: 20_000)
    #expect(throws: DockerfileError.self) { try WordExpansion().word(word, variables: [:]) }
  }
}
