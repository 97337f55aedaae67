/// `type: BuildAndPush…`: builds an image and pushes it, or does one of the two, as its PLUGIN_ settings say.
package struct BuildAndPushStep: Hashable, Sendable {
  /// Where the image is named to go.
  package enum Target: Hashable, Sendable {
    case ecr(account: Text, region: Text, imageName: Text)
    case docker(repository: Text)
    case gcr(host: Text, project: Text, imageName: Text)
    case gar(host: Text, project: Text, imageName: Text)
    case acr(repository: Text)
  }

  package let target: Target
  package let connector: Text?
  package let tags: [Text]
  package let dockerfile: Text?
  package let context: Text?
  /// `target:`, the build stage to stop at.
  package let buildStage: Text?
  package let buildArguments: [NamedText]
  package let labels: [NamedText]
  /// `envVariables`, among them the PLUGIN_ settings that change what the step does.
  package let environment: [NamedText]
  package let baseImageConnectors: [Text]
  /// `caching: true`, which makes Harness choose buildx.
  package let usesLayerCaching: Text?

  package init(
    target: Target, connector: Text?, tags: [Text], dockerfile: Text? = nil, context: Text? = nil,
    buildStage: Text? = nil, buildArguments: [NamedText] = [], labels: [NamedText] = [], environment: [NamedText] = [],
    baseImageConnectors: [Text] = [], usesLayerCaching: Text? = nil
  ) {
    self.target = target
    self.connector = connector
    self.tags = tags
    self.dockerfile = dockerfile
    self.context = context
    self.buildStage = buildStage
    self.buildArguments = buildArguments
    self.labels = labels
    self.environment = environment
    self.baseImageConnectors = baseImageConnectors
    self.usesLayerCaching = usesLayerCaching
  }
}

/// An entry of a mapping from names to strings, in the file's order.
package struct NamedText: Hashable, Sendable {
  package let name: String
  package let value: Text

  package init(_ name: String, _ value: Text) {
    self.name = name
    self.value = value
  }
}
