package import Model

/// What a build-and-push step will come to, told before anything runs.
///
/// Expressions are not evaluated: where one decides, the forecast says so.
package struct BuildForecast: Hashable, Sendable {
  /// One PLUGIN_ setting that reaches the step.
  package struct Setting: Hashable, Sendable {
    package enum Origin: String, Hashable, Sendable {
      case step, stage, pipeline
    }

    package let name: String
    package let value: String
    package let origin: Origin
    /// What it makes the plugin do on Harness.
    package let effect: String
    /// Whether it changes anything there.
    package let isEffective: Bool
    /// What is different on this machine; nil when nothing is.
    package let difference: String?
  }

  package let tool: BuildTool
  /// Why Harness would choose it.
  package let reason: String
  /// The image of the plugin that would run.
  package let plugin: String
  /// What the step does: "builds, and writes /harness/image.tar".
  package let outcome: String
  /// The names that the image goes by, expressions as they stand.
  package let images: [String]
  /// In the order of their names.
  package let settings: [Setting]
  package let warnings: [String]

  /// - Parameters:
  ///   - infrastructure: where the stage runs, `useFromStage` followed.
  ///   - stage: the stage's variables, which reach every step of it.
  ///   - pipeline: the pipeline's variables, likewise.
  package init(
    _ step: BuildAndPushStep, on infrastructure: Infrastructure, stage: [Variable] = [], pipeline: [Variable] = []
  ) {
    let inputs = ForecastInputs(step, stage: stage, pipeline: pipeline)
    tool = BuildTool(infrastructure: infrastructure, usesLayerCaching: step.asksForLayerCaching)
    reason = Self.reason(tool, infrastructure, step)
    plugin = Self.plugin(tool, step.target)
    images = step.imageNames
    let judge = SettingJudge(tool: tool, target: step.target, inputs: inputs)
    settings = inputs.settings.map(judge.setting)
    let (outcome, failure) = judge.outcome()
    self.outcome = outcome
    warnings =
      (failure.map { [$0] } ?? []) + judge.warnings(infrastructure)
      + Self.warnings(tool, infrastructure, step)
  }

  private static func reason(_ tool: BuildTool, _ infrastructure: Infrastructure, _ step: BuildAndPushStep) -> String {
    let place =
      switch infrastructure {
      case .kubernetes: "on Kubernetes"
      case .cloud: "on Harness Cloud"
      case .docker: "with the Docker runtime"
      case .virtualMachine: "on a pool of virtual machines"
      case .unspecified, .sameAs: "without an infrastructure, which is taken for Kubernetes,"
      }
    switch tool {
    case .kaniko: return "\(place) Harness builds with Kaniko unless layer caching is on"
    case .buildx: return "'caching' is on, and layer caching takes Buildx"
    case .docker: return "\(place) Harness builds with drone-docker unless layer caching is on"
    }
  }

  private static func plugin(_ tool: BuildTool, _ target: BuildAndPushStep.Target) -> String {
    let registry: String? =
      switch target {
      case .docker: nil
      case .ecr: "ecr"
      case .gcr: "gcr"
      case .gar: "gar"
      case .acr: "acr"
      }
    return switch tool {
    case .kaniko: "plugins/kaniko" + (registry.map { "-" + $0 } ?? "")
    case .buildx: "plugins/buildx" + (registry.map { "-" + $0 } ?? "")
    case .docker: "plugins/" + (registry ?? "docker")
    }
  }

  private static func warnings(
    _ tool: BuildTool, _ infrastructure: Infrastructure, _ step: BuildAndPushStep
  ) -> [String] {
    var warnings = [String]()
    if let caching = step.usesLayerCaching, caching.hasExpressions {
      warnings.append("'caching' is \(caching.raw): if it comes to true, Buildx is chosen")
    }
    if tool != .buildx, !step.cacheFrom.isEmpty || step.cacheTo != nil {
      warnings.append("'cacheFrom' and 'cacheTo' are read by Buildx only, which takes 'caching: true'")
    }
    if tool != .kaniko, step.remoteCache != nil {
      warnings.append("a remote cache is used by Kaniko only, and this is not it")
    }
    if tool == .docker, infrastructure == .cloud {
      warnings.append(
        "one page of Harness's documentation says Buildx is the default here; its newest one and the server's code say drone-docker"
      )
    }
    return warnings
  }
}

extension BuildAndPushStep {
  /// `caching: true`, written out.
  fileprivate var asksForLayerCaching: Bool { usesLayerCaching?.raw.lowercased() == "true" }

  /// What the image is to be called, one name for each tag; expressions as they stand.
  package var imageNames: [String] {
    let repository: String =
      switch target {
      case .ecr(let account, let region, let name): "\(account.raw).dkr.ecr.\(region.raw).amazonaws.com/\(name.raw)"
      case .docker(let repository), .acr(let repository): repository.raw
      case .gcr(let host, let project, let name), .gar(let host, let project, let name):
        "\(host.raw)/\(project.raw)/\(name.raw)"
      }
    return tags.map { repository + ":" + $0.raw }
  }
}
