import Model
import Testing

@testable import PipelineFile

@Suite struct RuntimeInputTests {
  static let rows: [(String, RuntimeInput)] = [
    ("<+input>", RuntimeInput()),
    (" <+input> ", RuntimeInput()),
    ("<+input>.default(x)", input { $0.defaultText = "x" }),
    ("<+input>.default(a b, c)", input { $0.defaultText = "a b, c" }),
    ("<+input>.executionInput()", input { $0.isExecutionInput = true }),
    ("<+input>.regex(^[a-z(]+$)", input { $0.pattern = "^[a-z(]+$" }),
    ("<+input>.regex((a|b).(c))", input { $0.pattern = "(a|b).(c)" }),
    ("<+input>.allowedValues(a,b , c)", input { $0.choices = .words(["a", "b", "c"]) }),
    (
      "<+input>.default(staging).allowedValues(production,canary,staging)",
      input {
        $0.defaultText = "staging"
        $0.choices = .words(["production", "canary", "staging"])
      }
    ),
    (
      "<+input>.executionInput().regex(a.b).default(acb)",
      input {
        $0.isExecutionInput = true
        $0.pattern = "a.b"
        $0.defaultText = "acb"
      }
    ),
    (
      #"<+input>.allowedValues(\'london,uk\',\'paris,fr\',rome)"#,
      input { $0.choices = .words(["london,uk", "paris,fr", "rome"]) }
    ),
    (#"<+input>.default(\'london,uk\')"#, input { $0.defaultText = "london,uk" }),
    ("<+input>.allowedValues('a,b',c's)", input { $0.choices = .words(["a,b", "c's"]) }),
    (
      "<+input>.selectManyFrom(a,b)",
      input {
        $0.choices = .words(["a", "b"])
        $0.selection = .many
      }
    ),
    (
      "<+input>.selectOneFrom(a,b)",
      input {
        $0.choices = .words(["a", "b"])
        $0.selection = .one
      }
    ),
    (
      "<+input>.allowedValues(jexl(<+pipeline.variables.a> == 'x' ? 'b,c' : 'd')).default(d)",
      input {
        $0.choices = .computed("<+pipeline.variables.a> == 'x' ? 'b,c' : 'd'")
        $0.defaultText = "d"
      }
    ),
  ]

  private static func input(_ change: (inout RuntimeInput) -> Void) -> RuntimeInput {
    var input = RuntimeInput()
    change(&input)
    return input
  }

  @Test(arguments: rows)
  func `an input is read with its calls in any order`(_ text: String, _ expected: RuntimeInput) throws {
    #expect(try RuntimeInput(text) == expected)
  }

  static let mistakes: [(String, String)] = [
    ("<+input>.defalt(x)", "a runtime input has no '.defalt(…)'"),
    ("<+input>.default(x", "'.default(' is not closed"),
    ("<+input>.default()", "'.default()' is empty"),
    ("<+input>.default(a).default(b)", "'.default(…)' occurs twice"),
    ("<+input>.allowedValues(a).selectOneFrom(b)", "the choices are given twice"),
    ("<+input>.executionInput(5m)", "'.executionInput()' takes nothing"),
    ("<+input>-suffix", "'-suffix' has no meaning behind a runtime input"),
  ]

  @Test(arguments: mistakes)
  func `what cannot be read is named`(_ text: String, _ message: String) {
    let error = #expect(throws: RuntimeInput.ParseError.self) { try RuntimeInput(text) }
    #expect(error?.message == message)
  }

  @Test func `a misspelt call gets a suggestion`() {
    let error = #expect(throws: RuntimeInput.ParseError.self) { try RuntimeInput("<+input>.allowdValues(a)") }
    #expect(error?.help == "did you mean 'allowedValues'?")
  }

  @Test func `a value may bring validators of its own`() throws {
    let found = try #require(RuntimeInput.validated("b.allowedValues(a,b)"))
    #expect(found.value == "b")
    #expect(found.input.choices == .words(["a", "b"]))
    #expect(RuntimeInput.validated("registry.example.com/app:1.0") == nil)
    #expect(RuntimeInput.validated("echo a.default(b) | cat") == nil)
  }

  static let words: [(String, [String])] = [
    ("", [""]), ("a", ["a"]), ("a,b", ["a", "b"]), (#"\'a,b\',c"#, ["a,b", "c"]), (#""a,b", c"#, ["a,b", "c"]),
    ("it's,that's", ["it's", "that's"]),
  ]

  @Test(arguments: words)
  func `lists are taken apart at commas outside of quotes`(_ text: String, _ expected: [String]) {
    #expect(CommaSeparated.split(text) == expected)
  }

  // MARK: - What may be given

  struct Case: Sendable {
    let input: String
    let value: String
    let isAllowed: Bool
    var isNumber = false
  }

  static let cases: [Case] = [
    Case(input: "<+input>.allowedValues(a,b)", value: "a", isAllowed: true),
    Case(input: "<+input>.allowedValues(a,b)", value: "c", isAllowed: false),
    Case(input: "<+input>.allowedValues(a,b)", value: "a,b", isAllowed: true),
    Case(input: "<+input>.allowedValues(a,b)", value: "a, c", isAllowed: false),
    Case(input: "<+input>.allowedValues(1,2.50)", value: "1.0", isAllowed: true),
    Case(input: "<+input>.allowedValues(1,2.50)", value: "2.5", isAllowed: true),
    Case(input: "<+input>.allowedValues(1,2.50)", value: "3", isAllowed: false),
    Case(input: #"<+input>.allowedValues(\'london,uk\',rome)"#, value: "london,uk", isAllowed: true),
    Case(input: #"<+input>.allowedValues(\'london,uk\',rome)"#, value: "london", isAllowed: false),
    Case(input: "<+input>.selectOneFrom(a,b)", value: "a,b", isAllowed: false),
    Case(input: "<+input>.selectManyFrom(a,b,c)", value: "[a, c]", isAllowed: true),
    Case(input: "<+input>.selectManyFrom(a,b,c)", value: "[a, d]", isAllowed: false),
    Case(input: "<+input>.selectManyFrom(a,b,c)", value: "[]", isAllowed: false),
    Case(input: "<+input>.regex(v[0-9]+)", value: "v12", isAllowed: true),
    Case(input: "<+input>.regex(v[0-9]+)", value: "xv12", isAllowed: false),
    Case(input: "<+input>.allowedValues(a)", value: "<+trigger.branch>", isAllowed: true),
    Case(input: "<+input>", value: "abc", isAllowed: false, isNumber: true),
    Case(input: "<+input>", value: "1.5", isAllowed: true, isNumber: true),
  ]

  @Test(arguments: cases)
  func `values are compared as Harness compares them`(_ row: Case) throws {
    let rules = InputRules(try RuntimeInput(row.input), isNumber: row.isNumber)
    let node = InputText.node(SourceText(file: "value", text: row.value), isText: false)
    #expect((rules.refusal(of: node, in: nil) == nil) == row.isAllowed)
  }

  @Test func `choices may be computed from the pipeline`() throws {
    let root = try #require(
      YAMLReader.read(
        SourceText(
          file: "p.yaml",
          text: """
            pipeline:
              variables: [{name: env, type: String, value: prod}]
            """)
      ).root)
    let input = try RuntimeInput("<+input>.allowedValues(jexl(<+pipeline.variables.env> == 'prod' ? 'a,b' : 'c'))")
    #expect(InputRules(input, isNumber: false).words(in: root) == ["a", "b"])
    let listed = try RuntimeInput("<+input>.allowedValues(x,<+pipeline.variables.env>)")
    #expect(InputRules(listed, isNumber: false).words(in: root) == ["x", "prod"])
    let unknown = try RuntimeInput("<+input>.allowedValues(<+steps.a.output.outputVariables.b>)")
    #expect(InputRules(unknown, isNumber: false).words(in: root) == nil)
  }
}
