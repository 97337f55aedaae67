import Expressions
import Model
import Testing

struct ExpressionTextTests {
  @Test(arguments: [
    ("abc", false), ("abc <+", false), ("abc <+>", true), ("abc <+ab>", true), ("<+a", false), ("< +a>", false),
    ("", false), ("<+<+a>", false), (#"<+a\>"#, false),
  ])
  func `a text has expressions or not`(text: String, expected: Bool) {
    #expect(ExpressionText.hasExpressions(text) == expected)
  }

  @Test(arguments: [("<+a>", true), ("<+a> ", false), ("<+a><+b>", false), ("<+<+a> + <+b>>", true), ("a", false)])
  func `a text is one expression or not`(text: String, expected: Bool) throws {
    #expect(try ExpressionText(text).isSingleExpression == expected)
  }

  @Test func `parts know where they stand`() throws {
    let parts = try ExpressionText(#"é <+a> b<+<+c> \> d>"#).parts
    #expect(parts.count == 4)
    #expect(parts[0] == .literal("é "))
    #expect(parts[2] == .literal(" b"))
    let expressions = try ExpressionText(#"é <+a> b<+<+c> \> d>"#).expressions
    #expect(expressions.map(\.source) == ["a", #"<+c> \> d"#])
    #expect(expressions.map(\.offset) == [3, 9])
    #expect(expressions[0].written == "<+a>")
    #expect(expressions.map(\.length) == [4, 12])
  }

  static let dependencies: [(String, [[String]])] = [
    ("plain", []),
    ("<+pipeline.variables.tag>", [["pipeline", "variables", "tag"]]),
    ("<+a>-<+b>-<+a>", [["a"], ["b"]]),
    ("<+<+a> + <+b.c>>", [["a"], ["b", "c"]]),
    ("<+variables.<+h>>", [["variables"], ["h"]]),
    (#"<+variables["x"].y>"#, [["variables", "x", "y"]]),
    ("<+list[0].name>", [["list"]]),
    ("<+a.b.toString()>", [["a", "b"]]),
    (#"<+secrets.getValue("<+a>")>"#, [["a"]]),
    (#"<+json.select("x", <+a.b>)>"#, [["a", "b"]]),
    ("<+<+a> == 'x' ? <+b> : <+c>>", [["a"], ["b"], ["c"]]),
    ("<+pipeline.variables.my-var>", [["pipeline", "variables", "my-var"]]),
    ("<+strategy.iteration-1>", [["strategy", "iteration"]]),
    ("<+hello <+name>>", [["name"]]),
    ("<+v<+a>>", [["a"]]),
    ("<+<+a>-<+b>>", [["a"], ["b"]]),
    (#"<+"x <+a>">"#, [["a"]]),
    ("<+matrix.os>", [["matrix", "os"]]),
    ("<+empty(<+a>) || !b>", [["a"], ["b"]]),
    ("<+[a, {'k': b}]>", [["a"], ["b"]]),
    ("<+a ?? b>", [["a"], ["b"]]),
    ("<+a ?: -b>", [["a"], ["b"]]),
    ("<+currentDate().plusDays(a)>", [["a"]]),
    ("<+<+a>.concat(b.c)>", [["a"], ["b", "c"]]),
  ]

  @Test(arguments: dependencies)
  func `the paths of a text are found without evaluating it`(text: String, expected: [[String]]) throws {
    #expect(try ExpressionText.dependencies(of: text) == expected)
  }

  @Test func `calls are found with their literal arguments`() throws {
    let references = try ExpressionReferences(in: #"x <+secrets.getValue("pat")> <+exportedVariables.getValue(<+a>)>"#)
    #expect(references.calls.map(\.function) == ["secrets.getValue", "exportedVariables.getValue"])
    #expect(references.calls.map(\.arguments) == [["pat"], [nil]])
    #expect(references.calls.map(\.offset) == [2, 29])
  }

  @Test func `a condition's references are found without delimiters`() throws {
    let references = try ExpressionReferences(inCondition: #"<+codebase.build.type> == "tag" && branch == 'main'"#)
    #expect(references.paths.map(\.names) == [["codebase", "build", "type"], ["branch"]])
  }

  @Test(arguments: ["<+", "<+a.>", "<+(1>", "<+var x = 1>", "<+a == >"])
  func `a malformed text is refused`(text: String) {
    #expect(throws: ExpressionError.self) { try ExpressionText.dependencies(of: text) }
  }
}
