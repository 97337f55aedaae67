import Model

/// Where a stage runs.
extension StageParser {
  func infrastructure(_ fields: Fields, of stage: Identifier?) -> (Infrastructure, InfrastructureSettings?) {
    if fields.has("infrastructure"), fields.has("runtime") {
      problems.report(
        .contradiction, .warning, "\(fields.owner): 'runtime' has no effect beside 'infrastructure'",
        at: fields.place(of: "runtime"),
        labels: [Diagnostic.Label(span: fields.place(of: "infrastructure"), text: "this one counts")],
        help: "remove one of them")
    }
    if fields.has("infrastructure") {
      guard let infrastructure = fields.fields("infrastructure") else { return (.unspecified, nil) }
      return infrastructureType(infrastructure, of: stage)
    }
    guard let runtime = fields.fields("runtime") else { return (.unspecified, nil) }
    runtime.checkKeys(["type", "spec"])
    switch runtime.requiredChoice("type", of: Runtime.allCases) {
    case .cloud: return (.cloud, runtime.fields("spec").map { .cloud(cloud($0)) })
    case .docker:
      return (
        .docker,
        runtime.fields("spec").map { spec in
          spec.checkKeys(["harnessImageConnectorRef"])
          return .docker(harnessImageConnector: spec.text("harnessImageConnectorRef"))
        }
      )
    case nil: return (.unspecified, nil)
    }
  }

  func platform(_ fields: Fields) -> TargetPlatform? {
    guard let platform = fields.fields("platform") else { return nil }
    platform.checkKeys(["os", "arch"])
    return TargetPlatform(
      system: platform.value("os", of: TargetPlatform.System.allCases),
      architecture: platform.value("arch", of: TargetPlatform.Architecture.allCases))
  }

  private enum Runtime: String, CaseIterable {
    case cloud = "Cloud"
    case docker = "Docker"
  }

  /// `HostedVm` and `DOCKER` are the server's own names for what the published schema writes as a runtime.
  private enum InfrastructureType: String, CaseIterable {
    case kubernetes = "KubernetesDirect"
    case virtualMachine = "VM"
    case useFromStage = "UseFromStage"
    case hosted = "HostedVm"
    case docker = "DOCKER"
  }

  private func infrastructureType(
    _ fields: Fields, of stage: Identifier?
  ) -> (Infrastructure, InfrastructureSettings?) {
    fields.checkKeys(["type", "spec", "useFromStage"])
    if let node = fields.node("useFromStage") { return (sameAs(node, fields, stage), nil) }
    if let type = fields.node("type"), let word = type.scalarText, let runtime = Self.runtime(meant: word) {
      problems.report(
        .unknownValue, "\(fields.owner): '\(word)' is no type of 'infrastructure'", at: type.span,
        help: "in its place write 'runtime: {type: \(runtime.rawValue), spec: {}}', and 'platform' beside it")
      return (.unspecified, nil)
    }
    switch fields.requiredChoice("type", of: InfrastructureType.allCases) {
    case .kubernetes: return (.kubernetes, fields.fields("spec").map { .kubernetes(kubernetes($0)) })
    case .virtualMachine: return (.virtualMachine, fields.fields("spec").map { .virtualMachine(virtualMachine($0)) })
    case .hosted, .docker:
      let runtime = fields.text("type")?.raw == InfrastructureType.hosted.rawValue ? Runtime.cloud : .docker
      problems.report(
        .otherCase, .note, "\(fields.owner): the infrastructure is read as 'runtime: {type: \(runtime.rawValue)}'",
        at: fields.place(of: "type"), help: "write 'runtime: {type: \(runtime.rawValue), spec: {}}'")
      return (runtime == .cloud ? .cloud : .docker, nil)
    case .useFromStage:
      // The stage may stand under the spec, too.
      if let spec = fields.fields("spec"), let node = spec.node("stage") ?? spec.node("useFromStage") {
        return (sameAs(node, spec, stage), nil)
      }
      fields.reportMissing("useFromStage", example: "STAGE_IDENTIFIER")
      return (.unspecified, nil)
    case nil: return (.unspecified, nil)
    }
  }

  /// The runtime that people mean by a type that no infrastructure has.
  private static func runtime(meant word: String) -> Runtime? {
    switch word {
    case "Cloud", "Hosted", "KubernetesHosted", "cloud": .cloud
    case "Docker", "docker", "Local": .docker
    default: nil
    }
  }

  private func cloud(_ fields: Fields) -> CloudSettings {
    var settings = CloudSettings()
    fields.checkKeys(["size", "imageName", "nestedVirtualization", "imageSpec"])
    settings.size = fields.value("size", of: CloudSettings.Size.allCases)
    settings.imageName = fields.text("imageName")
    settings.nestedVirtualization = fields.flag("nestedVirtualization")
    return settings
  }

  private func virtualMachine(_ fields: Fields) -> VirtualMachineSettings {
    var settings = VirtualMachineSettings()
    fields.checkKeys(["type", "spec"])
    guard let pool = fields.fields("spec") else { return settings }
    pool.checkKeys(["poolName", "identifier", "os", "harnessImageConnectorRef", "initTimeout"])
    settings.poolName = pool.text("poolName") ?? pool.text("identifier")
    settings.system = pool.value("os", of: TargetPlatform.System.allCases)
    settings.harnessImageConnector = pool.text("harnessImageConnectorRef")
    settings.initTimeout = pool.duration("initTimeout")
    return settings
  }

  private func kubernetes(_ fields: Fields) -> KubernetesSettings {
    fields.checkKeys([
      "connectorRef", "namespace", "annotations", "labels", "nodeSelector", "tolerations", "serviceAccountName",
      "automountServiceAccountToken", "priorityClassName", "runAsUser", "containerSecurityContext", "hostNames",
      "initTimeout", "os", "harnessImageConnectorRef", "imagePullPolicy", "podSpecOverlay", "volumes",
    ])
    var settings = KubernetesSettings()
    (settings.connector, settings.namespace) = (fields.text("connectorRef"), fields.text("namespace"))
    (settings.annotations, settings.labels) = (fields.namedTexts("annotations"), fields.namedTexts("labels"))
    settings.nodeSelector = fields.namedTexts("nodeSelector")
    settings.tolerations = fields.sequence("tolerations", of: "tolerations")?.elements ?? []
    settings.serviceAccountName = fields.text("serviceAccountName")
    settings.mountsServiceAccountToken = fields.flag("automountServiceAccountToken")
    settings.priorityClassName = fields.text("priorityClassName")
    settings.runAsUser = fields.text("runAsUser")
    settings.containerSecurityContext = fields.node("containerSecurityContext")
    settings.hostNames = fields.texts("hostNames")
    settings.initTimeout = fields.duration("initTimeout")
    settings.system = fields.value("os", of: TargetPlatform.System.allCases)
    settings.harnessImageConnector = fields.text("harnessImageConnectorRef")
    settings.pullPolicy = fields.value("imagePullPolicy", of: StepContainer.PullPolicy.allCases)
    settings.podSpecOverlay = fields.text("podSpecOverlay")
    settings.volumes = (fields.sequence("volumes", of: "volumes")?.elements ?? []).compactMap { node in
      guard let volume = fields.fields(node, under: "volumes", place: node.place) else { return nil }
      volume.checkKeys(["type", "mountPath", "spec"])
      return KubernetesSettings.Volume(
        kind: volume.requiredValue("type", of: KubernetesSettings.Volume.Kind.allCases),
        mountPath: volume.text("mountPath"), spec: volume.node("spec"))
    }
    return settings
  }

  /// `useFromStage: ID` or `useFromStage: {stage: ID}`.
  private func sameAs(_ node: Node, _ fields: Fields, _ stage: Identifier?) -> Infrastructure {
    let text: Text?
    switch node {
    case .mapping: text = fields.fields("useFromStage")?.requiredText("stage", example: "STAGE_IDENTIFIER")
    case .scalar(let scalar) where fields.leaveOpen("useFromStage", scalar): return .unspecified
    case .scalar(let scalar): text = Text(scalar.text, at: scalar.span)
    case .sequence:
      fields.reportWrongType("useFromStage", node, expected: "a stage's identifier")
      text = nil
    }
    guard let text, let identifier = fields.identifier(text) else { return .unspecified }
    // The stage's own identifier is known by now, too.
    guard level.contains(identifier), identifier != stage else {
      problems.report(
        .unknownStage, "\(fields.owner): no earlier stage is called '\(identifier)'", at: text.span,
        notes: ["'useFromStage' takes over the infrastructure of a stage above"],
        help: Excerpt.suggestion(for: identifier.description, among: level.names.filter { $0 != stage?.description }))
      return .unspecified
    }
    return .sameAs(identifier)
  }
}
