/// The container that a step asks for. Without an image the step runs on the machine itself.
package struct StepContainer: Hashable, Sendable {
  package enum PullPolicy: String, Hashable, Sendable, CaseIterable {
    case always = "Always"
    case ifNotPresent = "IfNotPresent"
    case never = "Never"
  }

  package var image: Text?
  package var connector: Text?
  /// `registryRef`: an artifact registry of Harness's own, in place of a connector.
  package var registry: Text?
  package var pullPolicy: FieldValue<PullPolicy>?
  package var isPrivileged: Text?
  package var runAsUser: Text?
  package var resources: ContainerResources?

  package init(
    image: Text? = nil, connector: Text? = nil, registry: Text? = nil, pullPolicy: FieldValue<PullPolicy>? = nil,
    isPrivileged: Text? = nil, runAsUser: Text? = nil, resources: ContainerResources? = nil
  ) {
    self.image = image
    self.connector = connector
    self.registry = registry
    self.pullPolicy = pullPolicy
    self.isPrivileged = isPrivileged
    self.runAsUser = runAsUser
    self.resources = resources
  }
}

/// `resources:`, in Kubernetes' quantities: `500Mi`, `400m`.
package struct ContainerResources: Hashable, Sendable {
  package struct Amounts: Hashable, Sendable {
    package var cpu: Text?
    package var memory: Text?

    package init(cpu: Text? = nil, memory: Text? = nil) {
      self.cpu = cpu
      self.memory = memory
    }
  }

  package var limits: Amounts
  package var requests: Amounts

  package init(limits: Amounts = Amounts(), requests: Amounts = Amounts()) {
    self.limits = limits
    self.requests = requests
  }
}

/// `reports:`, of which JUnit is the only type: where a step leaves its test results.
package struct TestReports: Hashable, Sendable {
  /// Globs, in which `**` stands for any number of directories.
  package let paths: [Text]

  package init(paths: [Text]) { self.paths = paths }
}
