import Engine
import Model
import TestSupport
import Testing

/// What is foretold of build-and-push steps, against what the plugins do.
@Suite struct BuildForecastTests {
  private static let docker = BuildAndPushStep.Target.docker(repository: "team/app")
  private static let ecr = BuildAndPushStep.Target.ecr(account: "1", region: "eu", imageName: "app")
  private static let gcr = BuildAndPushStep.Target.gcr(host: "gcr.io", project: "p", imageName: "app")

  private static func forecast(
    _ target: BuildAndPushStep.Target = docker, on infrastructure: Infrastructure,
    _ settings: KeyValuePairs<String, String> = [:], caching: String? = nil, stage: [Variable] = [],
    pipeline: [Variable] = []
  ) -> BuildForecast {
    BuildForecast(
      BuildAndPushStep(
        target: target, connector: "c", tags: ["1.0", "latest"],
        environment: settings.map { NamedText($0.key, Text($0.value)) }, usesLayerCaching: caching.map { Text($0) }),
      on: infrastructure, stage: stage, pipeline: pipeline)
  }

  static let tools: [(Infrastructure, String?, BuildTool)] = [
    (.kubernetes, nil, .kaniko), (.kubernetes, "true", .buildx), (.unspecified, nil, .kaniko),
    (.cloud, nil, .docker), (.cloud, "false", .docker), (.cloud, "true", .buildx), (.docker, nil, .docker),
    (.virtualMachine, nil, .docker), (.virtualMachine, "true", .buildx),
  ]

  @Test(arguments: tools)
  func `the tool follows the infrastructure and layer caching`(
    _ infrastructure: Infrastructure, _ caching: String?, _ tool: BuildTool
  ) {
    #expect(Self.forecast(on: infrastructure, caching: caching).tool == tool)
  }

  static let outcomes: [(Infrastructure, KeyValuePairs<String, String>, String)] = [
    (.kubernetes, [:], "builds and pushes"),
    (.kubernetes, ["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "image.tar"], "builds, and writes /harness/image.tar"),
    (.kubernetes, ["PLUGIN_TAR_PATH": "/harness/i.tar"], "builds, writes /harness/i.tar, and pushes"),
    (.kubernetes, ["PLUGIN_DRY_RUN": "true"], "builds and pushes"),
    (
      .kubernetes, ["PLUGIN_PUSH_ONLY": "true", "PLUGIN_SOURCE_TAR_PATH": "i.tar"],
      "pushes the image in /harness/i.tar, building nothing"
    ),
    (.kubernetes, ["PLUGIN_PUSH_ONLY": "true"], "fails"),
    (.kubernetes, ["PLUGIN_PUSH_ONLY": "yes"], "fails"),
    (.kubernetes, ["PLUGIN_NO_PUSH": "true", "PLUGIN_PUSH_ONLY": "true"], "fails"),
    (
      .kubernetes, ["PLUGIN_NO_PUSH": "<+stage.variables.dry>"],
      "builds or pushes as the expressions in its settings come out"
    ),
    (.cloud, ["PLUGIN_NO_PUSH": "true"], "builds, and keeps nothing: neither pushed nor written to an archive"),
    (.cloud, ["PLUGIN_DRY_RUN": "false", "PLUGIN_NO_PUSH": "true"], "builds and pushes"),
  ]

  @Test(arguments: outcomes.indices)
  func `the outcome is the plugin's`(_ index: Int) {
    let (infrastructure, settings, outcome) = Self.outcomes[index]
    #expect(Self.forecast(on: infrastructure, settings).outcome == outcome)
  }

  static let warned: [(Infrastructure, KeyValuePairs<String, String>, String)] = [
    (.kubernetes, ["PLUGIN_DRY_RUN": "true"], "does not stop Kaniko"),
    (.kubernetes, ["PLUGIN_TAR_PATH": "a.tar"], "alone does not stop the push"),
    (.kubernetes, ["PLUGIN_PUSH_ONLY": "true"], "source_tar_path is required"),
    (.virtualMachine, ["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "a.tar"], "no archive is written"),
    (.virtualMachine, ["PLUGIN_PUSH_ONLY": "true", "PLUGIN_SOURCE_TAR_PATH": "a.tar"], "is not read"),
    (.virtualMachine, ["PLUGIN_DRY_RUN": "false", "PLUGIN_NO_PUSH": "true"], "the image is pushed"),
    (.docker, ["PLUGIN_DRY_RUN": "true"], "stage variable"),
    (.cloud, [:], "Buildx is the default"),
  ]

  @Test(arguments: warned.indices)
  func `traps are warned of`(_ index: Int) {
    let (infrastructure, settings, words) = Self.warned[index]
    let warnings = Self.forecast(on: infrastructure, settings).warnings
    #expect(warnings.contains { $0.contains(words) }, "\(warnings)")
  }

  @Test func `nothing is warned of where nothing is wrong`() {
    #expect(Self.forecast(on: .kubernetes, ["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "a.tar"]).warnings == [])
  }

  @Test func `the plugin for GCR knows neither push-only nor archives`() {
    let forecast = Self.forecast(
      Self.gcr, on: .kubernetes, ["PLUGIN_PUSH_ONLY": "true", "PLUGIN_SOURCE_TAR_PATH": "a.tar"])
    #expect(forecast.outcome == "builds and pushes")
    #expect(forecast.settings.map(\.isEffective) == [false, false])
    #expect(forecast.warnings.count == 1)
  }

  @Test func `a step's setting comes before the stage's, and that before the pipeline's`() {
    func variable(_ name: String, _ value: Text, _ kind: Variable.Kind = .string) -> Variable {
      Variable(name: name, kind: kind, value: value)
    }
    let forecast = Self.forecast(
      on: .kubernetes, ["PLUGIN_TAR_PATH": "step.tar"],
      stage: [variable("PLUGIN_TAR_PATH", "stage.tar"), variable("PLUGIN_NO_PUSH", "true")],
      pipeline: [
        variable("PLUGIN_NO_PUSH", "false"), variable("PLUGIN_PASSWORD", "key", .secret), variable("OTHER", "1"),
      ])
    #expect(
      forecast.settings.map { "\($0.name)=\($0.value) \($0.origin)" } == [
        "PLUGIN_NO_PUSH=true stage", "PLUGIN_TAR_PATH=step.tar step",
      ])
    #expect(forecast.outcome == "builds, and writes /harness/step.tar")
  }

  @Test func `the image has a name for each tag`() {
    #expect(Self.forecast(on: .cloud).images == ["team/app:1.0", "team/app:latest"])
    #expect(
      Self.forecast(Self.ecr, on: .cloud).images == [
        "1.dkr.ecr.eu.amazonaws.com/app:1.0", "1.dkr.ecr.eu.amazonaws.com/app:latest",
      ])
    #expect(Self.forecast(Self.gcr, on: .kubernetes).plugin == "plugins/kaniko-gcr")
    #expect(Self.forecast(Self.ecr, on: .cloud).plugin == "plugins/ecr")
    #expect(Self.forecast(on: .cloud).plugin == "plugins/docker")
  }
}
