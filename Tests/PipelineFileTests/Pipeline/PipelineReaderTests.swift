import Model
import PipelineFile
import Testing

@Suite struct PipelineReaderTests {
  @Test func `a Run step's fields`() throws {
    let step = try step(
      """
      identifier: run
      name: Run it
      type: Run
      timeout: 1h 30m
      when: {stageStatus: All, condition: <+x> == "y"}
      strategy: {matrix: {os: [a, b]}}
      spec:
        command: |
          make
          make test
        shell: Bash
        image: alpine
        connectorRef: account.harnessImage
        envVariables: {B: 1, A: "", N: }
        outputVariables:
          - name: VERSION
          - {name: token, type: Secret, value: TOKEN}
        privileged: true
        runAsUser: 1000
      """)
    #expect(step.timeout?.raw == "1h 30m")
    #expect(step.when?.status == .all)
    #expect(step.when?.condition?.raw == "<+x> == \"y\"")
    guard case .matrix(let matrix)? = step.strategy?.loop, case .list(let values)? = matrix.axes.first?.values else {
      Issue.record("\(String(describing: step.strategy))")
      return
    }
    #expect(matrix.axes.map(\.name) == ["os"])
    #expect(values.map(\.value) == ["a", "b"])
    guard case .run(let run) = step.spec else {
      Issue.record("\(step.spec)")
      return
    }
    #expect(run.command?.raw == "make\nmake test\n")
    #expect(run.shell.literal == .bash)
    #expect(run.image?.raw == "alpine")
    #expect(run.connector?.raw == "account.harnessImage")
    #expect(run.environment.map { "\($0.name)=\($0.value.raw)" } == ["B=1", "A=", "N="])
    #expect(run.outputVariables == [.init(name: "VERSION"), .init(name: "token", source: "TOKEN", isSecret: true)])
    #expect(run.isPrivileged?.raw == "true")
    #expect(run.runAsUser?.raw == "1000")
  }

  @Test func `a build and push step's fields`() throws {
    let step = try step(
      """
      identifier: push
      name: push
      type: BuildAndPushGAR
      spec:
        connectorRef: gcp
        host: us-docker.pkg.dev
        projectID: p
        imageName: i
        tags: [1.0, 007, latest]
        dockerfile: docker/Dockerfile
        context: docker
        target: final
        buildArgs: {A: b}
        labels: {C: d}
        caching: true
        baseImageConnectorRefs: hub
      """)
    guard case .buildAndPush(let spec) = step.spec, case .gar(let host, let project, let imageName) = spec.target else {
      Issue.record("\(step.spec)")
      return
    }
    #expect([host.raw, project.raw, imageName.raw] == ["us-docker.pkg.dev", "p", "i"])
    #expect(spec.tags.map(\.raw) == ["1.0", "007", "latest"])
    #expect(
      [spec.dockerfile?.raw, spec.context?.raw, spec.buildStage?.raw] == ["docker/Dockerfile", "docker", "final"])
    #expect(spec.buildArguments.map { "\($0.name)=\($0.value.raw)" } == ["A=b"])
    #expect(spec.labels.map { "\($0.name)=\($0.value.raw)" } == ["C=d"])
    #expect(spec.usesLayerCaching?.raw == "true")
    #expect(spec.baseImageConnectors.map(\.raw) == ["hub"])
  }

  @Test func `failure strategies become actions`() throws {
    let step = try step(
      """
      identifier: run
      name: run
      type: Run
      spec: {command: make}
      failureStrategies:
        - onFailure:
            errors: [Timeout, Unknown]
            action: {type: Retry, spec: {retryCount: 2, retryIntervals: [10s, 1m], onRetryFailure: {action: {type: MarkAsFailure}}}}
        - onFailure:
            errors: [AllErrors]
            action: {type: ManualIntervention, spec: {timeout: 1d, onTimeout: {action: {type: StageRollback}}}}
        - onFailure:
            errors: [Connectivity]
            action: {type: RetryStepGroup, spec: {retryCount: 1}}
      """)
    #expect(
      step.failureStrategies.map(\.action) == [
        .retry(count: 2, intervals: [Seconds(10), Seconds(60)], then: .markAsFailure),
        .manualIntervention(timeout: Seconds(86400), then: .rollback("StageRollback")),
        .retryStepGroup(count: 1, intervals: []),
      ])
    #expect(step.failureStrategies.map(\.errors) == [[.timeout, .unknown], [], [.connectivity]])
  }

  @Test func `groups and parallel blocks keep their shape`() throws {
    let stage = try stage(
      """
      - parallel:
          - step: {identifier: a, name: a, type: Wait, spec: {duration: 10s}}
          - stepGroup:
              identifier: g
              name: g
              when: {stageStatus: Failure}
              steps:
                - step: {identifier: a, name: a, type: Email}
      - step: {identifier: b, name: b, type: Http}
      """)
    guard case .parallel(let block)? = stage.steps.first, case .group(let group)? = block.last else {
      Issue.record("\(stage.steps)")
      return
    }
    #expect(stage.steps.count == 2)
    #expect(group.when?.status == .failure)
    guard case .step(let wait) = block[0], case .step(let email) = group.steps[0],
      case .step(let http) = stage.steps[1]
    else {
      Issue.record("\(stage.steps)")
      return
    }
    #expect(wait.spec == .wait(Text("10s", at: wait.source?["duration"]?.span)))
    #expect(email.spec == .recognised(type: "Email"))
    #expect(http.spec == .recognised(type: "Http"))
  }

  @Test func `stages of other types keep their conditions, not their steps`() throws {
    let pipeline = try pipeline(
      """
      pipeline:
        identifier: a
        name: a
        tags: {team: x, empty: }
        allowStageExecutions: true
        timeout: 1d
        properties: {ci: {codebase: {connectorRef: c, repoName: r, build: {type: branch, spec: {branch: main}}}}}
        variables: [{name: A, type: Secret, value: key, required: true}]
        stages:
          - parallel:
              - stage:
                  identifier: deploy
                  name: deploy
                  type: Deployment
                  when: {pipelineStatus: Success}
                  spec: {execution: {steps: [{step: {type: K8sRollingDeploy}}]}}
              - stage: {identifier: approve, name: approve, type: Approval}
      """)
    #expect(pipeline.tags == ["team": "x", "empty": ""])
    #expect(pipeline.allowsStageExecutions == true)
    #expect(pipeline.timeout?.raw == "1d")
    #expect(pipeline.codebase?.connector?.raw == "c")
    #expect(pipeline.codebase?.repositoryName?.raw == "r")
    #expect(pipeline.codebase?.build?["type"]?.value == "branch")
    #expect(pipeline.variables.map(\.kind) == [.secret])
    #expect(pipeline.variables.map(\.isRequired) == [true])
    #expect(pipeline.stages.count == 1)
    #expect(pipeline.allStages.map(\.kind) == [.recognised("Deployment"), .recognised("Approval")])
    #expect(pipeline.allStages.map { $0.when?.status } == [.success, nil])
    #expect(pipeline.allStages.map(\.steps) == [[], []])
  }

  @Test(arguments: [
    ("infrastructure: {type: KubernetesDirect, spec: {}}", Infrastructure.kubernetes),
    ("infrastructure: {type: VM}", .virtualMachine), ("runtime: {type: Cloud, spec: {}}", .cloud),
    ("runtime: {type: Docker}", .docker), ("platform: {os: Linux}", .unspecified),
  ])
  func `infrastructure decides how steps behave`(_ line: String, _ expected: Infrastructure) throws {
    let stage = try stage("- step: {identifier: a, name: a, type: Email}", settings: line)
    #expect(stage.infrastructure == expected)
  }

  @Test func `a tree that is there already is read like a file`() throws {
    let (root, _) = YAMLReader.read(SourceText(file: "f", text: "pipeline: {identifier: a-b}"))
    let (pipeline, diagnostics) = PipelineReader.read(try #require(root))
    #expect(pipeline == nil)
    #expect(diagnostics.map(\.code.description).contains("SW2004"))
  }

  private func pipeline(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Pipeline {
    let (pipeline, diagnostics) = PipelineReader.read(SourceText(file: "f", text: text))
    #expect(!diagnostics.contains { $0.severity == .error }, sourceLocation: sourceLocation)
    return try #require(pipeline, "\(Golden.text(of: diagnostics))", sourceLocation: sourceLocation)
  }

  private func stage(_ steps: String, settings: String = "cloneCodebase: true") throws -> Stage {
    let text = """
      pipeline:
        identifier: a
        name: a
        stages:
          - stage:
              identifier: s
              name: s
              type: CI
              spec:
                \(settings)
                execution:
                  steps:

      """
    let indented = steps.split(separator: "\n").map { "            " + $0 }.joined(separator: "\n")
    return try #require(try pipeline(text + indented).allStages.first)
  }

  private func step(_ fields: String) throws -> Step {
    let indented = fields.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    guard case .step(let step)? = try stage("- step:\n" + indented).steps.first else { throw NotAStep() }
    return step
  }

  private struct NotAStep: Error {}
}
