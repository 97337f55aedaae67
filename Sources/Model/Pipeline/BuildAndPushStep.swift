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

  package var target: Target
  package var connector: Text?
  package var tags: [Text]
  package var dockerfile: Text?
  package var context: Text?
  /// `target:`, the build stage to stop at.
  package var buildStage: Text?
  package var buildArguments: [NamedText]
  package var labels: [NamedText]
  /// `envVariables`, among them the PLUGIN_ settings that change what the step does.
  package var environment: [NamedText]
  package var baseImageConnectors: [Text]
  /// `caching: true`, which makes Harness choose buildx.
  package var usesLayerCaching: Text?
  /// `registryRef`: an artifact registry of Harness's own, in place of a connector.
  package var registry: Text?
  package var cacheFrom: [Text] = []
  package var cacheTo: Text?
  /// `remoteCacheRepo` or `remoteCacheImage`, which only Kaniko uses.
  package var remoteCache: Text?
  /// `optimize`, which only Kaniko uses; true when the file says nothing.
  package var isOptimized: Text?
  package var environmentSecrets: [NamedText] = []
  package var fileSecrets: [NamedText] = []
  /// `subscriptionId` of an ACR step.
  package var subscription: Text?
  /// Not in the published schema.
  package var isPrivileged: Text?
  package var runAsUser: Text?
  package var resources: ContainerResources?

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
