package import Model

/// What each step of a pipeline does with images, and which archive goes from which step to which: seen in the file alone.
///
/// A workspace lives as long as its stage, so every stage has a flow of its own. The cost is linear in the number of steps.
package struct ImageFlow: Sendable {
  package struct Use: Sendable {
    package let place: PlacedStep
    package let effect: ImageEffect
    /// Of a build-and-push step.
    package let settings: DeclaredPluginSettings?
    /// Of a build-and-push step; nil when `caching` is an expression.
    package let tool: BuildTool?
  }

  /// One for each step, in the file's order.
  package let uses: [Use]
  private let stages: [Identifier: StageFlow]

  package init(_ pipeline: Pipeline, steps: [PlacedStep]? = nil) {
    let ofPipeline = DeclaredPluginSettings.Inherited(pipeline.variables)
    var inherited: [Identifier: DeclaredPluginSettings.Inherited] = [:]
    var uses = [Use]()
    var stages: [Identifier: StageFlow] = [:]
    var handlingImages = Set<Identifier>()
    for place in steps ?? PlacedStep.all(of: pipeline) {
      let stage = place.stage.identifier
      let ofStage = inherited[stage] ?? DeclaredPluginSettings.Inherited(place.stage.variables)
      if inherited[stage] == nil { inherited[stage] = ofStage }
      let use = Self.use(place, stage: ofStage, pipeline: ofPipeline)
      uses.append(use)
      stages[stage, default: StageFlow()].add(use)
      if use.settings != nil { handlingImages.insert(stage) }
    }
    for stage in stages.keys { stages[stage]?.finish(handlesImages: handlingImages.contains(stage)) }
    self.uses = uses
    self.stages = stages
  }

  /// What happens to archives in the stage of a step.
  package func stage(of use: Use) -> StageFlow { stages[use.place.stage.identifier] ?? StageFlow() }

  private static func use(
    _ place: PlacedStep, stage: DeclaredPluginSettings.Inherited, pipeline: DeclaredPluginSettings.Inherited
  ) -> Use {
    switch place.step.spec {
    case .buildAndPush(let step):
      let settings = DeclaredPluginSettings(step, stage: stage, pipeline: pipeline)
      let tool = tool(of: step, on: place.infrastructure)
      return Use(place: place, effect: effect(of: step, settings, tool), settings: settings, tool: tool)
    case .scan(let scan):
      let isArchive = scan.imageType?.raw == "local_archive"
      let archive = isArchive ? scan.workspace.map(ArchivePath.init) : nil
      let isOfImage = scan.targetKind == .container
      return Use(place: place, effect: isOfImage ? .scan(archive: archive) : .nothing, settings: nil, tool: nil)
    case .wait: return Use(place: place, effect: .nothing, settings: nil, tool: nil)
    default: return Use(place: place, effect: .unknown, settings: nil, tool: nil)
    }
  }

  private static func tool(of step: BuildAndPushStep, on infrastructure: Infrastructure) -> BuildTool? {
    guard let caching = step.usesLayerCaching else {
      return BuildTool(infrastructure: infrastructure, usesLayerCaching: false)
    }
    if caching.hasExpressions { return nil }
    return BuildTool(infrastructure: infrastructure, usesLayerCaching: caching.raw.lowercased() == "true")
  }

  private static func effect(
    of step: BuildAndPushStep, _ settings: DeclaredPluginSettings, _ tool: BuildTool?
  ) -> ImageEffect {
    guard let tool, let mode = settings.mode(tool, step.target) else { return .unknown }
    // The setting itself, which knows its place in the file.
    return ImageEffect(mode) { _, names in
      names.lazy.compactMap { settings[$0] }.first.map { ArchivePath($0.value) }
    }
  }
}
