import Model
import PipelineFile
import Synchronization
import Testing

@testable import Commands

@Suite struct InputPromptTests {
  /// A terminal whose person has written down beforehand what to answer.
  private final class Script: Sendable {
    private let state: Mutex<(answers: [String], said: String)>

    init(_ answers: [String]) { state = Mutex((answers, "")) }

    var said: String { state.withLock { $0.said } }

    var conversation: Conversation {
      Conversation(
        say: { [self] lines in
          state.withLock { state in
            for line in lines { state.said += line.rendered(Palette(usesColor: false)) + "\n" }
          }
        },
        ask: { [self] text in state.withLock { $0.said += text } },
        answer: { [self] in
          state.withLock { state in
            guard !state.answers.isEmpty else { return nil }
            let answer = state.answers.removeFirst()
            state.said += answer + "\n"
            return answer
          }
        })
    }
  }

  private static let text = """
    pipeline:
      identifier: p
      name: p
      variables:
        - {name: port, type: String, value: "<+input>.regex([A-Z][a-z]+)", description: Which port}
        - {name: days, type: Number, value: "<+input>.allowedValues(10,20)"}
        - {name: who, type: String, value: "<+input>.selectManyFrom(a,b,c)"}
        - {name: unit, type: String, value: "<+input>.default(metres)"}
      stages:
        - stage:
            identifier: s
            name: s
            type: CI
            spec:
              execution:
                steps:
                  - step: {identifier: a, name: a, type: Run, spec: {command: ls, envVariables: <+input>}}

    """

  private func ask(_ answers: [String]) -> (Result<[String], any Error>, String) {
    let expanded = ExpandedPipeline.read(SourceText(file: "p.yaml", text: Self.text))
    let script = Script(answers)
    let prompt = InputPrompt(conversation: script.conversation, root: expanded.root)
    let result = Result { try prompt.ask(expanded.fields) }.map { sources in
      sources.map { source in
        if case .assignment(let path, let value) = source { path + "=" + value } else { "" }
      }
    }
    return (result, script.said)
  }

  @Test func `type, description, choices and default are shown, and answers taken`() throws {
    let (result, said) = ask(["Hull", "2", "1, c", "", "{A: 1}"])
    #expect(
      try result.get() == [
        "pipeline.variables.port=Hull", "pipeline.variables.days=20", "pipeline.variables.who=a,c",
        "pipeline.variables.unit=metres", "pipeline.stages.s.spec.execution.steps.a.spec.envVariables={A: 1}",
      ])
    #expect(
      said == """
        The pipeline asks for 5 values. Ctrl-D ends it.

        pipeline.variables.port (String)
          Which port
          matches [A-Z][a-z]+
        > Hull

        pipeline.variables.days (Number)
          1) 10
          2) 20
        > 2

        pipeline.variables.who (some of the choices, with commas between)
          1) a
          2) b
          3) c
        > 1, c

        pipeline.variables.unit (String)
        [metres] > \("")

        pipeline.stages.s.spec.execution.steps.a.spec.envVariables (text, or YAML for a list or a mapping)
        > {A: 1}

        """)
  }

  @Test func `what may not be given is asked for again`() throws {
    let (result, said) = ask(["hull", "", "Hull", "30", "10", "d", "a", "feet", "{}"])
    #expect(
      try result.get().prefix(3) == [
        "pipeline.variables.port=Hull", "pipeline.variables.days=10", "pipeline.variables.who=a",
      ])
    #expect(said.contains("'hull' does not match the regular expression; it is '[A-Z][a-z]+'"))
    #expect(said.contains("a value is needed"))
    #expect(said.contains("'30' is not among the allowed values; allowed are '10', '20'"))
    #expect(said.contains("'d' is not among the allowed values"))
  }

  @Test func `whoever goes away in the middle has answered nothing`() {
    let (result, _) = ask(["Hull"])
    #expect(throws: InputPrompt.Abandoned.self) { try result.get() }
  }
}
