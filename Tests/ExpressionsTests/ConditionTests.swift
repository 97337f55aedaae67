import Expressions
import Model
import Testing

struct ConditionTests {
  static let conditions: [(String, Bool)] = [
    ("true", true), ("false", false), ("<+yes>", true), ("<+no>", false),
    ("<+codebase.build.type> == \"branch\"", true), ("<+<+codebase.build.type> == \"branch\">", true),
    ("<+codebase.build.type>==\"PR\"", false), ("(<+codebase.build.type> != \"PR\")", true),
    ("<+codebase.build.type> == \"tag\" || <+codebase.branch> == \"main\"", true),
    ("<+pipeline.variables.flag>", false), ("<+pipeline.variables.on>", true), ("<+pipeline.variables.tag>", true),
    ("<+pipeline.variables.on> == \"true\"", true), ("<+pipeline.variables.on> == true", true),
    ("<+pipeline.variables.flag> == false", true), ("<+empty_text>", false), ("<+a>", true), ("<+a> - 5", false),
    ("<+codebase.tag>", false), ("<+trigger.type> == \"WEBHOOK\"", false), ("<+trigger.event> != \"PR\"", true),
    ("<+pipeline.stages.build.status> == \"SUCCEEDED\"", true),
    ("<+pipeline.stages.build.spec.execution.steps.compile.status> == \"FAILED\"", true),
    ("<+execution.steps.scan.output.outputVariables.VERDICT> == \"passed\"", true),
    ("<+execution.steps.scan.output.outputVariables.COUNT> > 2", true),
    ("<+execution.steps.scan.output.outputVariables.COUNT> < 2", false),
    ("<+pipeline.variables.image> =~ [\"app\", \"All\"]", true), ("<+codebase.branch> =^ \"ma\"", true),
    ("<+codebase.branch>.startsWith(\"release\") || <+codebase.branch> == \"main\"", true),
    ("<+<+codebase.branch>.contains(\"ai\")> && <+yes>", true), ("<+OnStageSuccess> && (<+yes>)", false),
    ("<+Always> && (<+yes>)", true), ("  <+yes>  \n", true), ("<+matrix.os> == 'linux'", true),
  ]

  @Test(arguments: conditions)
  func `a condition holds or not, with and without delimiters`(condition: String, expected: Bool) throws {
    #expect(try evaluator.condition(condition) == expected)
  }

  @Test func `a list is no condition`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.condition("<+words>") }
    #expect(error?.code == .notBoolean)
    #expect(error?.message == "a condition must be true or false and not a list")
  }

  @Test func `a sentence is no condition`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.condition("hello <+company>") }
    #expect(error?.code == .syntax)
  }

  @Test func `a word without quotes is explained`() {
    let error = #expect(throws: ExpressionError.self) {
      try evaluator.condition("<+pipeline.variables.strategy> == bluegreen")
    }
    #expect(error?.code == .unresolved)
    #expect(error?.message == "nothing is named 'bluegreen' here")
    #expect(error?.help == "a text is written in quotes")
  }
}
