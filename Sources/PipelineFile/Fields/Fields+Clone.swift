import Model

extension Fields {
  static let cloneKeys = [
    "connectorRef", "repoName", "build", "depth", "sslVerify", "prCloneStrategy", "resources", "lfs", "debug",
    "fetchTags", "sparseCheckout", "submoduleStrategy", "cloneDirectory", "preFetchCommand", "persistCredentials",
  ]

  /// What a codebase and a GitClone step say about a repository.
  func cloneSettings(isBuildRequired: Bool) -> CloneSettings {
    var settings = CloneSettings()
    settings.connector = text("connectorRef")
    settings.repositoryName = text("repoName")
    settings.checkout = checkout(isRequired: isBuildRequired)
    settings.depth = numberText("depth")
    settings.verifiesTLS = flag("sslVerify")
    settings.pullRequestStrategy = value("prCloneStrategy", of: CloneSettings.PullRequestStrategy.allCases)
    settings.fetchesLargeFiles = flag("lfs")
    settings.isVerbose = flag("debug")
    settings.fetchesTags = flag("fetchTags")
    settings.sparseCheckout = texts("sparseCheckout")
    settings.submodules = value("submoduleStrategy", of: CloneSettings.Submodules.allCases)
    settings.directory = text("cloneDirectory")
    settings.preFetchCommand = text("preFetchCommand")
    settings.persistsCredentials = flag("persistCredentials")
    settings.resources = resources()
    return settings
  }

  private enum BuildType: String, CaseIterable {
    case branch
    case tag
    case pullRequest = "PR"
    case commit = "commitSha"

    var key: String { self == .pullRequest ? "number" : rawValue }
  }

  /// `build: {type: branch, spec: {branch: main}}`, or a runtime input for it.
  private func checkout(isRequired: Bool) -> Checkout? {
    guard let node = node("build") else {
      if isRequired { reportMissing("build", example: "{type: branch, spec: {branch: main}}") }
      return nil
    }
    if case .scalar(let scalar) = node, scalar.text.mentions("<+") {
      return .open(Text(scalar.text, at: scalar.span))
    }
    guard let build = fields(node, under: "build") else { return nil }
    build.checkKeys(["type", "spec"])
    guard let type = build.requiredValue("type", of: BuildType.allCases) else { return nil }
    guard case .literal(let type, _) = type else {
      if case .expression(let text) = type { return .open(text) }
      return nil
    }
    guard let specNode = build.require("spec", example: "{\(type.key): …}") else { return nil }
    if case .scalar(let scalar) = specNode, scalar.text.mentions("<+") {
      return .open(Text(scalar.text, at: scalar.span))
    }
    guard let spec = build.fields(specNode, under: "spec") else { return nil }
    spec.checkKeys([type.key])
    guard let text = spec.requiredText(type.key, example: type == .pullRequest ? "17" : "main") else { return nil }
    switch type {
    case .branch: return .branch(text)
    case .tag: return .tag(text)
    case .pullRequest: return .pullRequest(text)
    case .commit: return .commit(text)
    }
  }
}
