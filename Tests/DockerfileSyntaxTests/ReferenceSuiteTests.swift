import Model
import TestSupport
import Testing

@testable import DockerfileSyntax

@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/dockerfile"))
struct ReferenceSuiteTests {
  /// Rows that are judged differently on purpose, and why.
  static let knownDifferences = [
    // A file of ARG alone: the reference parser lets it pass and the builder refuses it later.
    "buildkit-inline/dockerfile_multistage~testEmptyStages~353"
  ]

  @Test(arguments: ["buildkit-inline.expected.jsonl", "corpus.expected.jsonl"])
  func `every file gives the reference's tree, nodes and stages`(suite: String) throws {
    for row in try ReferenceSuite.rows(suite) {
      try compare(row, text: ReferenceSuite.text(row.File))
    }
  }

  @Test func `the parser's own test files give the reference's tree, nodes and stages`() throws {
    // The rows carry no path; they are in the order of the files' paths, in which a slash comes after a hyphen.
    let names =
      try ["testfiles", "testfiles-negative"].flatMap { directory in
        try ReferenceSuite.names(in: "buildkit-parser/\(directory)").map { "\(directory)/\($0)/" }.sorted()
      } + ["testfile-line/"]
    let rows = try ReferenceSuite.rows("buildkit-parser.expected.jsonl")
    try #require(names.count == rows.count)
    for (name, row) in zip(names, rows) {
      try compare(row, text: ReferenceSuite.text("buildkit-parser/\(name)Dockerfile"))
    }
  }

  private func compare(_ row: ReferenceSuite.Row, text: String) throws {
    let name = Comment(rawValue: row.File)
    let (tree, problems) = SyntaxTree.parse(text, file: "Dockerfile")
    let errors = problems.filter { $0.severity == .error }
    #expect(errors.isEmpty == (row.Error == nil), name)
    let (dockerfile, diagnostics) = Dockerfile.parse(text, file: "Dockerfile")
    guard row.Error == nil else {
      #expect(dockerfile == nil, name)
      return
    }
    #expect(tree.dump == row.Dump, name)
    #expect(String(tree.directives.escape.rawValue) == row.Escape, name)
    #expect(problems.count == row.Warnings?.count ?? 0, name)
    let nodes = tree.nodes.map(ReferenceSuite.Row.Node.init)
    #expect(nodes.count == row.Nodes?.count, name)
    for (ours, theirs) in zip(nodes, row.Nodes ?? []) where ours != theirs {
      Issue.record("\(row.File): \(ours) is not \(theirs)")
    }
    if Self.knownDifferences.contains(row.File) {
      #expect(dockerfile == nil)
      return
    }
    let mistakes = diagnostics.filter { $0.severity == .error }
    #expect((dockerfile == nil) == (row.InstrError != nil), "\(row.File): \(mistakes)")
    if let line = row.errorLine { #expect(mistakes.first?.span?.start.line == line, name) }
    if let dockerfile {
      let stages = dockerfile.stages.map {
        "\($0.name ?? "")|\($0.base)|\($0.platform ?? "")|\($0.instructions.count) cmds"
      }
      #expect(stages == row.Stages ?? [], name)
    }
  }

  @Test func `dumps are byte for byte those of the result files`() throws {
    let names = try ReferenceSuite.names(in: "buildkit-parser/testfiles")
    #expect(names.count == 33)
    for name in names {
      let (tree, _) = SyntaxTree.parse(
        try ReferenceSuite.text("buildkit-parser/testfiles/\(name)/Dockerfile"), file: "Dockerfile")
      let result = try ReferenceSuite.text("buildkit-parser/testfiles/\(name)/result")
      #expect(tree.dump + "\n" == result, Comment(rawValue: name))
    }
  }

  @Test func `lines are counted past continuations and empty lines`() throws {
    let (tree, _) = SyntaxTree.parse(try ReferenceSuite.text("buildkit-parser/testfile-line/Dockerfile"), file: "D")
    #expect(tree.lines == 5...31)
    #expect(tree.nodes.map { $0.startLine...$0.endLine } == [5...5, 11...12, 17...31])
  }

  @Test func `words expand as in the reference's table`() throws {
    let variables = ["PWD": "/home", "SHELL": "bash", "KOREAN": "한국어", "NULL": ""]
    var count = 0
    for line in try ReferenceSuite.text("buildkit-shell/envVarTest").split(separator: "\n") {
      let columns = line.split(separator: "|", maxSplits: 1).map(String.init)
      guard columns.count == 2, columns[0] == "A" || columns[0] == "U", let bar = columns[1].lastIndex(of: "|") else {
        continue
      }
      let input = String(columns[1][..<bar]).trimmed
      let expected = String(columns[1][columns[1].index(after: bar)...]).trimmed
      count += 1
      let result = Result { () throws(DockerfileError) in try WordExpansion().word(input, variables: variables) }
      if expected == "error" {
        #expect(throws: DockerfileError.self, "\(input)") { try result.get() }
      } else {
        #expect(try result.get() == expected, "\(input)")
      }
    }
    #expect(count == 228)
  }

  @Test func `words split as in the reference's table`() throws {
    var variables: [String: String] = [:]
    var count = 0
    for line in try ReferenceSuite.text("buildkit-shell/wordsTest").split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("ENV ") {
        let (name, value) = try #require(line.dropFirst(4).cut(at: "="))
        variables[name.trimmed] = value
        continue
      }
      let (input, output) = try #require(line.cut(at: "|"))
      count += 1
      let expected = String(output.dropFirst())
      let result = Result { () throws(DockerfileError) in
        try WordExpansion().expand(input.trimmed, variables: variables).words
      }
      if expected.trimmed == "error" {
        #expect(throws: DockerfileError.self, "\(input)") { try result.get() }
      } else {
        #expect(try result.get() == expected.split(separator: ",").map(String.init), "\(input)")
      }
    }
    #expect(count == 24)
  }

  @Test func `patterns in substitutions match as in the reference's table`() throws {
    struct Row: Decodable {
      let input: String
      let env: [String: String]
      let expected: String
      let error: Bool
    }
    for row in try ReferenceSuite.decode([Row].self, from: "buildkit-shell/process-with-matches.json") {
      let result = Result { () throws(DockerfileError) in try WordExpansion().word(row.input, variables: row.env) }
      if row.error {
        #expect(throws: DockerfileError.self, "\(row.input)") { try result.get() }
      } else {
        #expect(try result.get() == row.expected, "\(row.input)")
      }
    }
  }

  @Test func `ignore patterns match as in the reference's table`() throws {
    struct Row: Decodable {
      let patterns: [String]
      let text: String
      let match: Bool
    }
    for row in try ReferenceSuite.decode([Row].self, from: "dockerignore-matches.json") {
      #expect(try IgnorePatterns(row.patterns).excludes(row.text) == row.match, "\(row.patterns) \(row.text)")
    }
  }
}
