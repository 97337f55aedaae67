import Model
import SystemPackage
import TestSupport
import Testing

@testable import PipelineFile

/// What becomes of references to templates.
@Suite struct TemplateExpansionTests {
  private func expand(
    _ steps: String, templates: [String], inputs: [(String, String)] = []
  ) -> ExpandedPipeline {
    let text = """
      pipeline:
        identifier: p
        name: p
        orgIdentifier: default
        projectIdentifier: harbour
        stages:
          - stage:
              identifier: s
              name: s
              type: CI
              spec:
                execution:
                  steps:

      """ + indented(steps, by: 12)
    return expand(text: text, templates: templates, inputs: inputs)
  }

  private func expand(text: String, templates: [String], inputs: [(String, String)] = []) -> ExpandedPipeline {
    let sources = templates.enumerated().map { SourceText(file: "t\($0.offset + 1).yaml", text: $0.element) }
    let values = inputs.map { InputSource.assignment(path: $0.0, value: $0.1) }
    return ExpandedPipeline.read(SourceText(file: "p.yaml", text: text), inputs: values) {
      () throws(Never) in TemplateFiles.read(sources)
    }
  }

  private func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n") + "\n"
  }

  private func errors(_ expanded: ExpandedPipeline) -> [String] {
    expanded.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.message)" }
  }

  private func text(_ path: String, in expanded: ExpandedPipeline) throws -> String? {
    final class Found { var text: String? }
    let found = Found()
    TreeRewriter.visit(try #require(expanded.root), at: "") { scalar, place in
      if place.path == path { found.text = scalar.text }
    }
    return found.text
  }

  private static let steps = "pipeline.stages.s.spec.execution.steps"

  static let greet = """
    template:
      identifier: greet
      name: greet
      type: Step
      versionLabel: "1.0"
      spec:
        type: Run
        timeout: 1m
        spec:
          shell: Sh
          command: <+input>
          envVariables:
            WHO: <+input>.default(you)
            HOW: <+input>.default(softly).allowedValues(softly,loudly)

    """

  @Test func `a step template takes the place of its reference`() throws {
    let expanded = expand(
      """
      - step:
          identifier: hello
          name: Hello
          template:
            templateRef: account.greet
            versionLabel: "1.0"
            templateInputs:
              spec:
                command: echo hello
                envVariables: {HOW: <+input>}
      """, templates: [Self.greet])
    #expect(errors(expanded) == [])
    #expect(expanded.pipeline != nil)
    #expect(try text("\(Self.steps).hello.spec.command", in: expanded) == "echo hello")
    #expect(try text("\(Self.steps).hello.timeout", in: expanded) == "1m")
    #expect(try text("\(Self.steps).hello.spec.envVariables.WHO", in: expanded) == "you")
    #expect(try text("\(Self.steps).hello.spec.envVariables.HOW", in: expanded) == "softly")
    // The default of a template counts, except where its user leaves the input open.
    #expect(expanded.fields.map(\.path) == ["\(Self.steps).hello.spec.envVariables.HOW"])
    #expect(expanded.templates.map(\.file) == ["t1.yaml"])
  }

  @Test func `what the user of a template leaves open is asked for`() throws {
    let use = "- step: {identifier: hello, name: Hello, template: {templateRef: account.greet, versionLabel: \"1.0\"}}"
    let path = "\(Self.steps).hello.spec.command"
    #expect(expand(use, templates: [Self.greet]).missing.map(\.path) == [path])
    let given = expand(use, templates: [Self.greet], inputs: [(path, "echo a")])
    #expect(given.missing == [])
    #expect(try text(path, in: given) == "echo a")
  }

  @Test func `a value that the template does not allow is refused`() {
    let expanded = expand(
      """
      - step:
          identifier: hello
          name: Hello
          template:
            templateRef: account.greet
            templateInputs: {spec: {command: a, envVariables: {HOW: silently}, comand: b}}
      """, templates: [Self.greet])
    #expect(expanded.diagnostics.map(\.code.description).contains("SW2306"))
    #expect(expanded.diagnostics.contains { $0.code.description == "SW2407" && $0.help == "did you mean 'command'?" })
  }

  @Test func `a mistake in a template is shown there, once, with its uses`() throws {
    let broken = Self.greet.replacing("type: Run", with: "type: Rum")
    let expanded = expand(
      """
      - step: {identifier: a, name: a, template: {templateRef: account.greet, templateInputs: {spec: {command: x}}}}
      - step: {identifier: b, name: b, template: {templateRef: account.greet, templateInputs: {spec: {command: y}}}}
      """, templates: [broken])
    let mistakes = expanded.diagnostics.filter { $0.code.description == "SW2006" && $0.span?.file == "t1.yaml" }
    #expect(!mistakes.isEmpty)
    #expect(mistakes.allSatisfy { $0.span?.start.line == 7 })
    #expect(mistakes.allSatisfy { $0.labels.filter { $0.text == "the template is used here" }.count == 2 })
    #expect(mistakes.allSatisfy { $0.labels.allSatisfy { $0.span.file == "p.yaml" } })
  }

  static let group = """
    template:
      identifier: checks
      name: checks
      type: StepGroup
      versionLabel: v1
      spec:
        stageType: CI
        steps:
          - step:
              identifier: inner
              name: inner
              template:
                templateRef: account.greet
                versionLabel: "1.0"
                templateInputs: {spec: {command: <+input>}}
          - insert: {identifier: more, name: more, steps: <+input>}

    """

  @Test func `templates within templates are put in place, and gaps filled`() throws {
    let expanded = expand(
      """
      - stepGroup:
          identifier: g
          name: g
          template:
            templateRef: checks
            versionLabel: v1
            templateInputs:
              steps:
                - step: {identifier: inner, template: {templateInputs: {spec: {command: make}}}}
                - insert:
                    identifier: more
                    steps:
                      - step: {identifier: last, name: last, type: Run, spec: {command: ls}}
      """, templates: [Self.greet, Self.group])
    #expect(errors(expanded) == [])
    #expect(try text("\(Self.steps).g.steps.inner.spec.command", in: expanded) == "make")
    #expect(try text("\(Self.steps).g.steps.last.spec.command", in: expanded) == "ls")
    #expect(expanded.pipeline?.allStages.first?.steps.count == 1)
  }

  @Test func `a gap that nobody fills is nothing`() throws {
    let expanded = expand(
      """
      - stepGroup:
          identifier: g
          name: g
          template: {templateRef: checks, templateInputs: {steps: [{step: {identifier: inner, template: {templateInputs: {spec: {command: a}}}}}]}}
      """, templates: [Self.greet, Self.group])
    #expect(errors(expanded) == [])
    #expect(expanded.missing == [])
    #expect(try text("\(Self.steps).g.steps.more.identifier", in: expanded) == nil)
  }

  @Test func `a gap in a pipeline of its own is reported`() {
    let expanded = expand("- insert: {identifier: more, name: more, steps: <+input>}", templates: [])
    #expect(expanded.diagnostics.map(\.code.description).contains("SW2015"))
  }

  @Test func `stages and pipelines may be templates, too`() throws {
    let stage = """
      template:
        identifier: build
        name: build
        type: Stage
        orgIdentifier: default
        versionLabel: v1
        spec:
          type: CI
          spec:
            execution:
              steps:
                - step: {identifier: a, name: a, type: Run, spec: {command: "echo <+stage.variables.who>"}}
          variables:
            - {name: who, type: String, value: <+input>}

      """
    let whole = """
      template:
        identifier: whole
        name: whole
        type: Pipeline
        versionLabel: v1
        spec:
          stages:
            - stage:
                identifier: s
                name: s
                template:
                  templateRef: org.build
                  versionLabel: v1
                  templateInputs:
                    variables: [{name: who, type: String, value: <+input>}]

      """
    let text = """
      pipeline:
        identifier: p
        name: p
        orgIdentifier: default
        template:
          templateRef: account.whole
          versionLabel: v1
          templateInputs:
            stages:
              - stage:
                  identifier: s
                  template: {templateInputs: {variables: [{name: who, type: String, value: <+input>}]}}

      """
    let path = "pipeline.stages.s.variables.who"
    let open = expand(text: text, templates: [stage, whole])
    #expect(errors(open) == [])
    #expect(open.missing.map(\.path) == [path])
    let given = expand(text: text, templates: [stage, whole], inputs: [(path, "me")])
    #expect(given.pipeline?.allStages.map(\.variables).first?.first?.value?.raw == "me")

    let set = SourceText(
      file: "set.yaml",
      text: """
        inputSet:
          identifier: set
          name: set
          pipeline:
            identifier: p
            template:
              templateInputs:
                stages:
                  - stage:
                      identifier: s
                      template: {templateInputs: {variables: [{name: who, type: String, value: us}]}}

        """)
    let sources = [SourceText(file: "t1.yaml", text: stage), SourceText(file: "t2.yaml", text: whole)]
    let merged = ExpandedPipeline.read(
      SourceText(file: "p.yaml", text: text), inputs: [.file(set, directory: "/nowhere")]
    ) { () throws(Never) in TemplateFiles.read(sources) }
    #expect(merged.values == [path: "us"])
  }

  @Test func `a template's own variables are put in as text`() throws {
    let template = """
      template:
        identifier: push
        name: push
        type: Step
        versionLabel: v1
        variables:
          - {name: image, type: String}
          - {name: file, type: String, default: Dockerfile}
        spec:
          type: Run
          spec:
            command: build <+spec.variables.image> from <+template.variables.file>
            envVariables: {IMAGE: <+spec.variables.image>}

      """
    let use = "- step: {identifier: a, name: a, template: {templateRef: push, %}}"
    let given = expand(
      use.replacing("%", with: "templateInputs: {spec: {variables: {image: app}}}"), templates: [template])
    #expect(errors(given) == [])
    #expect(try text("\(Self.steps).a.spec.command", in: given) == "build app from Dockerfile")
    #expect(try text("\(Self.steps).a.spec.envVariables.IMAGE", in: given) == "app")

    let other = expand(use.replacing("%", with: "templateVariables: {image: app, fille: x}"), templates: [template])
    #expect(other.diagnostics.contains { $0.help == "did you mean 'file'?" })
    let none = expand(use.replacing("%", with: "versionLabel: v1"), templates: [template])
    #expect(errors(none).allSatisfy { $0.hasPrefix("SW2411") } && !errors(none).isEmpty)
  }

  // MARK: - Finding

  @Test func `without a version the highest one is taken, and said to be`() throws {
    let versions = ["1.9.0", "1.10.0", "1.2"].map { Self.greet.replacing("\"1.0\"", with: "\"\($0)\"") }
    let expanded = expand(
      "- step: {identifier: a, name: a, template: {templateRef: account.greet, templateInputs: {spec: {command: a}}}}",
      templates: versions)
    let note = try #require(expanded.diagnostics.first { $0.code.description == "SW2406" })
    #expect(note.severity == .note)
    #expect(note.message.contains("'1.10.0'"))
    #expect(expanded.templates.map(\.file) == ["t2.yaml"])
  }

  static let refusals: [(String, String)] = [
    ("templateRef: account.gret", "SW2401 there is no template 'account.gret' here"),
    ("templateRef: team.greet", "SW2401 'team.greet' is no reference to a template"),
    ("templateRef: org.greet.x", "SW2401 'org.greet.x' is no reference to a template"),
    ("templateRef: account.greet, versionLabel: \"2.0\"", "SW2401 the template 'account.greet' has no version '2.0'"),
    (
      "templateRef: checks, versionLabel: v1",
      "SW2402 the template 'checks' version 'v1' is of type 'StepGroup', and 'step' takes 'Step'"
    ),
  ]

  @Test(arguments: refusals)
  func `a reference that leads nowhere is refused`(_ link: String, _ message: String) {
    let expanded = expand(
      "- step: {identifier: a, name: a, template: {\(link)}}", templates: [Self.greet, Self.group])
    #expect(errors(expanded) == [message])
    #expect(expanded.pipeline == nil)
  }

  @Test func `a template that contains itself is refused`() {
    let circle = ["one", "two"].map { name in
      """
      template:
        identifier: \(name)
        name: \(name)
        type: StepGroup
        spec:
          steps:
            - stepGroup: {identifier: g, name: g, template: {templateRef: \(name == "one" ? "two" : "one")}}

      """
    }
    let expanded = expand("- stepGroup: {identifier: g, name: g, template: {templateRef: one}}", templates: circle)
    #expect(errors(expanded).contains("SW2404 the template 'one' contains itself"))
  }

  @Test func `templates that multiply end with an error`() {
    let templates = (0..<12).map { level in
      let steps = (0..<10).map { number in
        level == 11
          ? "      - step: {identifier: s\(number), name: s, type: Run, spec: {command: a}}"
          : "      - stepGroup: {identifier: g\(number), name: g, template: {templateRef: t\(level + 1)}}"
      }
      return """
        template:
          identifier: t\(level)
          name: t
          type: StepGroup
          spec:
            steps:

        """ + steps.joined(separator: "\n") + "\n"
    }
    let expanded = expand("- stepGroup: {identifier: g, name: g, template: {templateRef: t0}}", templates: templates)
    #expect(errors(expanded).contains { $0.hasPrefix("SW2408") })
  }

  @Test func `what stands beside a reference is warned about`() {
    let expanded = expand(
      "- step: {identifier: a, name: a, timeout: 5m, template: {templateRef: greet, templateInputs: {spec: {command: a}}}}",
      templates: [Self.greet])
    #expect(expanded.diagnostics.filter { $0.severity == .warning }.map(\.code.description) == ["SW2409"])
  }

  // MARK: - Files

  @Test func `templates are found where they usually are, and where the settings say`() throws {
    try TemporaryDirectory.with { directory in
      let text = Self.greet
      try directory.appending(".git/HEAD").write("ref: refs/heads/main\n")
      try directory.appending(".harness/orgs/default/templates/greet.yaml").write(text)
      try directory.appending(".harness/orgs/default/pipelines/p.yaml").write("pipeline: {}")
      try directory.appending("shared/deep/other.yml").write(text.replacing("greet", with: "other"))
      try directory.appending("shared/readme.yaml").write("connector: {}")
      let entries = [Located(directory.appending("shared"), at: SourceSpan(file: "slipway.yaml", line: 1))]
      let (library, diagnostics) = try TemplateFiles.read(entries, around: directory.appending("services/a")) {
        $0.string
      }
      #expect(diagnostics == [])
      #expect(library.templates.map(\.identifier.description).sorted() == ["greet", "other"])
      let missing = [Located(directory.appending("none.yaml"), at: SourceSpan(file: "slipway.yaml", line: 1))]
      #expect(
        try TemplateFiles.read(missing, around: directory) { $0.string }.diagnostics.map(\.code.description)
          == ["SW2103"])
    }
  }

  static let order: [(String, String)] = [
    ("1.9.0", "1.10.0"), ("v1", "v2"), ("1.0.0-rc1", "1.0.0"), ("1.0", "1.0.1"), ("", "1"), ("2024-01", "2024-02"),
  ]

  @Test(arguments: order)
  func `versions have the order that people expect`(_ earlier: String, _ later: String) {
    #expect(TemplateVersion(earlier) < TemplateVersion(later))
    #expect(!(TemplateVersion(later) < TemplateVersion(earlier)))
  }
}
