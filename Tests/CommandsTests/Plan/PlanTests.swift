import Engine
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

@testable import Commands

/// What `slipway plan` prints.
@Suite struct PlanTests {
  static let seed = Repository.root.appending("Pipelines/build-scan-push/pipeline.yaml")

  private func outline(_ source: SourceText, on infrastructure: Infrastructure? = nil) throws -> PlanOutline {
    let (pipeline, diagnostics) = PipelineReader.read(source)
    return PlanOutline(Plan(try #require(pipeline, "\(diagnostics)")), on: infrastructure)
  }

  private func shown(_ outline: PlanOutline) -> String {
    PlanView(outline).lines.map { $0.rendered(Palette(usesColor: false)) + "\n" }.joined()
  }

  @Test func `the seed pipeline is built by Kaniko, step for step`() throws {
    let text = shown(try outline(SourceText(reading: Self.seed)))
    #expect(try Golden.difference(of: text, from: Golden.file("seed.txt")) == nil)
    #expect(
      text.split(separator: "\n").filter { $0.contains(" tool ") }.allSatisfy {
        $0.contains("Kaniko (plugins/kaniko-ecr)")
      })
  }

  @Test func `on Harness Cloud other rules hold, and what changes is shown`() throws {
    let text = shown(try outline(SourceText(reading: Self.seed), on: .cloud))
    #expect(try Golden.difference(of: text, from: Golden.file("seed-cloud.txt")) == nil)
    #expect(text.contains("drone-docker (plugins/ecr), not Kaniko"))
    #expect(text.contains("warning"))
  }

  @Test func `every kind of node says what becomes of it`() throws {
    let text = shown(try outline(Self.everything))
    #expect(try Golden.difference(of: text, from: Golden.file("everything.txt")) == nil)
  }

  @Test func `the document says the same`() throws {
    let text = try outline(Self.everything).document.canonicalJSON + "\n"
    #expect(try Golden.difference(of: text, from: Golden.file("everything.json")) == nil)
  }

  @Test func `the graph follows the order of the run`() throws {
    let text = PlanGraph(try outline(Self.everything)).text
    #expect(try Golden.difference(of: text, from: Golden.file("everything.mmd")) == nil)
  }

  static let everything = SourceText(
    file: "everything.yaml",
    text: """
      pipeline:
        identifier: everything
        name: Every kind of node
        variables:
          - {name: PLUGIN_DRY_RUN, type: String, value: "true"}
        stages:
          - stage:
              identifier: build
              name: build
              type: CI
              strategy: {matrix: {os: [alpine, debian], arch: <+stage.variables.archs>, maxConcurrency: 2}}
              spec:
                runtime: {type: Cloud, spec: {}}
                execution:
                  steps:
                    - parallel:
                        - step: {identifier: lint, name: lint, type: Run, spec: {command: make lint, image: alpine}}
                        - stepGroup:
                            identifier: checks
                            name: checks
                            when: {stageStatus: All, condition: <+codebase.branch> == "main"}
                            steps:
                              - step: {identifier: policy, name: policy, type: Policy, spec: {policySets: [a]}}
                    - step:
                        identifier: image
                        name: image
                        type: BuildAndPushDockerRegistry
                        strategy: {repeat: {times: 3}}
                        spec:
                          connectorRef: hub
                          repo: team/app
                          tags: [latest, <+pipeline.sequenceId>]
                          caching: true
                          envVariables: {PLUGIN_TAR_PATH: out/image.tar, PLUGIN_UNHEARD_OF: "1"}
          - parallel:
              - stage: {identifier: deploy, name: deploy, type: Deployment}
              - stage: {identifier: tested, name: tested, template: {templateRef: account.tests}}
      """)

  @Test func `the article on step types is what the table says`() throws {
    let file = Repository.root.appending("Sources/slipway/Slipway.docc/StepTypes.md")
    #expect(try Golden.difference(of: StepTypesArticle.text, from: file) == nil)
  }

  @Test(arguments: [["plan", "--json", "--graph", "x.yaml"], ["plan", "--runtime", "moon", "x.yaml"], ["plan"]])
  func `what makes no sense is refused`(_ arguments: [String]) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let outcome = try await slipway.run([SlipwayProgram.path.string] + arguments)
      #expect(outcome.code == 2, "\(outcome.everything)")
      #expect(outcome.output == "")
    }
  }

  @Test func `the program shows a plan of a file`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let outcome = try await slipway.run([SlipwayProgram.path.string, "plan", Self.seed.string, "--runtime", "cloud"])
      #expect(outcome.code == 0, "\(outcome.everything)")
      #expect(outcome.output.contains("not Kaniko"))
    }
  }
}
