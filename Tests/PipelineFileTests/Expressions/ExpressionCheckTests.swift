import Model
import Testing

@testable import PipelineFile

struct ExpressionCheckTests {
  private static func pipeline(_ command: String) -> SourceText {
    SourceText(
      file: "p.yaml",
      text: """
        pipeline:
          identifier: p
          name: p
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  execution:
                    steps:
                      - step:
                          identifier: compile
                          name: compile
                          type: Run
                          spec:
                            shell: Sh
                            command: \(command)

        """)
  }

  private static func found(_ command: String) -> [String] {
    let source = pipeline(command)
    let (pipeline, diagnostics) = PipelineReader.read(source)
    let names = pipeline.map { ExpressionCheck.unknownNames(in: $0.source, sources: [source]) } ?? []
    return (diagnostics + names).map { diagnostic in
      let span = diagnostic.span
      return
        "\(span?.start.line ?? 0):\(span?.start.column ?? 0)-\(span?.end.column ?? 0) \(diagnostic.code) \(diagnostic.message)"
    }
  }

  static let mistakes: [(String, String)] = [
    ("echo <+pipeline.name", "19:35-50 SW3001 <+pipeline.name: '<+' is opened and never closed with '>'"),
    ("echo <+a ==>", "19:41-42 SW3002 <+a ==>: the end is not expected here"),
    ("echo <+pipeline.name = 1>", "19:51-52 SW3002 <+pipeline.name = 1>: '=' is not understood here"),
    (
      "'echo ''<+(1 + 2>'''",
      "19:46-47 SW3002 <+(1 + 2>: ')' is missing after what stands in parentheses, before the end"
    ),
    ("\"echo \\\"<+[1, 2>\\\"\"", "19:45-46 SW3002 <+[1, 2>: ']' is missing after a list, before the end"),
    (
      "|-\n                      one\n                      two <+1 2>",
      "21:31-32 SW3002 <+1 2>: a number is not expected here"
    ),
    (">-\n                      one\n                      é <+.x>", "21:27-28 SW3002 <+.x>: '.' is not expected here"),
    ("echo <+pipelin.name>", "19:35-50 SW3003 <+pipelin.name>: nothing is named 'pipelin'"),
    ("echo <+codebase.brnch>", "19:35-52 SW3003 <+codebase.brnch>: 'codebase' has no 'brnch'"),
    ("echo <+secrets.fetch(\"x\")>", "19:35-56 SW3008 <+secrets.fetch(\"x\")>: 'secrets' has no function 'fetch'"),
    ("echo <+frob(1)>", "19:35-45 SW3008 <+frob(1)>: there is no function 'frob'"),
    (
      "echo <+pipeline.name == bluegreen>",
      "19:35-64 SW3003 <+pipeline.name == bluegreen>: nothing is named 'bluegreen'"
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake in an expression is found at its place`(command: String, expected: String) {
    #expect(Self.found(command) == [expected])
  }

  static let fine: [String] = [
    "echo <+pipeline.name>", "echo <+stage.variables.x>", "echo <+execution.steps.compile.output.outputVariables.A>",
    "echo <+build.variables.x>", "echo <+compile.name>", "echo <+matrix.os> <+repeat.item> <+strategy.iteration>",
    "echo <+secrets.getValue(\"x\")>", "echo <+codebase.branch> <+trigger.payload.x.y>", "echo <+name> <+variables.x>",
    "echo <+currentDate().plusDays(1)> <+json.select(\"a\", \"{}\")>", "echo <+hello <+pipeline.name>>", "<+input>",
    "<+input>.default(x).allowedValues(x,y)", "echo <+OnStageSuccess>", "echo <+account.identifier><+org.name>",
    "a <b> +c", "echo <+<+pipeline.name> =~ [\"a\", \"b\"] ? \"x\" : \"y\">", "echo <+env.name>",
    "echo <+pipeline.a-b>",
  ]

  @Test(arguments: fine)
  func `what may have a value is let pass`(command: String) {
    #expect(Self.found(command).filter { $0.contains("SW3") } == [])
  }

  @Test func `a condition is read as an expression`() {
    let text = String(decoding: Self.pipeline("x").bytes, as: UTF8.self)
      .replacing(
        "                  type: Run",
        with: "                  when: {stageStatus: All, condition: 1 +}\n                  type: Run")
    let codes = PipelineReader.read(SourceText(file: "p.yaml", text: text)).diagnostics.map(\.code.description)
    #expect(codes == ["SW3002"])
  }

  @Test func `an anchor that is used twice is one mistake`() {
    let text =
      String(decoding: Self.pipeline("&c echo <+x").bytes, as: UTF8.self)
      .replacing("shell: Sh", with: "shell: Sh\n                    envVariables: {B: b}") + "  tags: {a: *c, b: *c}\n"
    let codes = PipelineReader.read(SourceText(file: "p.yaml", text: text)).diagnostics.map(\.code.description)
    #expect(codes == ["SW3001"])
  }

  @Test func `stages that do not run here may name what they like`() throws {
    let text = String(decoding: Self.pipeline("echo <+anything.at.all>").bytes, as: UTF8.self)
      .replacing("type: CI", with: "type: Custom")
    let source = SourceText(file: "p.yaml", text: text)
    let pipeline = try #require(PipelineReader.read(source).pipeline)
    #expect(ExpressionCheck.unknownNames(in: pipeline.source, sources: [source]).isEmpty)
  }
}
