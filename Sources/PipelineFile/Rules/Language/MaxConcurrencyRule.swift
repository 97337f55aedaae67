import Engine
package import Model

/// `maxConcurrency` beside the loop that it should limit.
package enum MaxConcurrencyRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(2501), "max-concurrency-beside-loop", .warning, "'maxConcurrency' beside 'matrix' has no effect",
    reason: """
      'maxConcurrency' belongs inside 'matrix' or 'repeat'. Beside them, where even examples in Harness's documentation put \
      it, no part of Harness reads it: all instances start at once. 'parallelism' has no such key at all.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy:
            matrix:
              version: [3.11, 3.12, 3.13]
            «maxConcurrency»: 2
          spec: {connectorRef: hub, image: "python:3.12", shell: Sh, command: pytest}
      """),
    right: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy:
            matrix:
              version: [3.11, 3.12, 3.13]
              maxConcurrency: 2
          spec: {connectorRef: hub, image: "python:3.12", shell: Sh, command: pytest}
      """))

  package static let examples = [
    RuleExample(
      "of a stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          strategy:
            «maxConcurrency»: 1
            repeat: {times: 3}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
      """),
    RuleExample(
      "parallelism has none", .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy: {parallelism: 4, «maxConcurrency»: 2}
          spec: {shell: Sh, command: make test}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    var found = [Diagnostic]()
    var groups = Set<Int>()
    for stage in subject.pipeline.allStages { found += check(stage.source, "stage '\(stage.identifier)'") }
    for place in subject.steps {
      found += check(place.step.definition, "step '\(place.step.identifier)'")
      for group in place.groups where groups.insert(group.span.start.offset).inserted {
        found += check(group.definition, "step group '\(group.identifier)'")
      }
    }
    return found
  }

  private static func check(_ owner: Node?, _ name: @autoclosure () -> String) -> [Diagnostic] {
    guard case .mapping(let definition)? = owner, case .mapping(let mapping)? = definition["strategy"],
      let entry = mapping.entries.first(where: { $0.key.text == "maxConcurrency" }),
      let way = mapping.entries.first(where: { ["matrix", "repeat", "parallelism"].contains($0.key.text) })
    else { return [] }
    return [
      diagnostic(
        "\(name()): 'maxConcurrency' has no effect beside '\(way.key.text)'", at: entry.key.span,
        help: way.key.text == "parallelism"
          ? "remove it, or write 'repeat' with 'times'" : "move it into '\(way.key.text):'")
    ]
  }
}
