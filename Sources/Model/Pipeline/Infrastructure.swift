/// Where Harness would run the stage. It decides which build tool interprets the PLUGIN_ settings, and whether a step
/// without an image is allowed.
package enum Infrastructure: Hashable, Sendable {
  /// `infrastructure.type: KubernetesDirect`
  case kubernetes
  /// `runtime.type: Cloud`
  case cloud
  /// `runtime.type: Docker`: Harness's own "local runner".
  case docker
  /// `infrastructure.type: VM`
  case virtualMachine
  /// `useFromStage: ID`
  case sameAs(Identifier)
  case unspecified
}

/// `platform:`.
package struct TargetPlatform: Hashable, Sendable {
  package enum System: String, Hashable, Sendable, CaseIterable {
    case linux = "Linux"
    case macOS = "MacOS"
    case windows = "Windows"
  }

  package enum Architecture: String, Hashable, Sendable, CaseIterable {
    case amd64 = "Amd64"
    case arm64 = "Arm64"
  }

  package let system: FieldValue<System>?
  package let architecture: FieldValue<Architecture>?

  package init(system: FieldValue<System>? = nil, architecture: FieldValue<Architecture>? = nil) {
    self.system = system
    self.architecture = architecture
  }
}

/// The `spec:` of an infrastructure or a runtime.
package enum InfrastructureSettings: Hashable, Sendable {
  case kubernetes(KubernetesSettings)
  case cloud(CloudSettings)
  case docker(harnessImageConnector: Text?)
  case virtualMachine(VirtualMachineSettings)
}

package struct KubernetesSettings: Hashable, Sendable {
  package struct Volume: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case emptyDirectory = "EmptyDir"
      case persistentVolumeClaim = "PersistentVolumeClaim"
      case hostPath = "HostPath"
    }

    package let kind: FieldValue<Kind>?
    package let mountPath: Text?
    package let spec: Node?

    package init(kind: FieldValue<Kind>?, mountPath: Text?, spec: Node?) {
      self.kind = kind
      self.mountPath = mountPath
      self.spec = spec
    }
  }

  package var connector: Text?
  package var namespace: Text?
  package var annotations: [NamedText] = []
  package var labels: [NamedText] = []
  package var nodeSelector: [NamedText] = []
  package var tolerations: [Node] = []
  package var serviceAccountName: Text?
  package var mountsServiceAccountToken: Text?
  package var priorityClassName: Text?
  package var runAsUser: Text?
  package var containerSecurityContext: Node?
  package var hostNames: [Text] = []
  package var initTimeout: Text?
  package var system: FieldValue<TargetPlatform.System>?
  package var harnessImageConnector: Text?
  package var pullPolicy: FieldValue<StepContainer.PullPolicy>?
  package var podSpecOverlay: Text?
  package var volumes: [Volume] = []

  package init() {}
}

package struct CloudSettings: Hashable, Sendable {
  package enum Size: String, Hashable, Sendable, CaseIterable {
    case xsmall, flex, small, medium, large, xlarge, xxlarge, xxxlarge
  }

  package var size: FieldValue<Size>?
  package var imageName: Text?
  package var nestedVirtualization: Text?

  package init() {}
}

package struct VirtualMachineSettings: Hashable, Sendable {
  package var poolName: Text?
  package var system: FieldValue<TargetPlatform.System>?
  package var harnessImageConnector: Text?
  package var initTimeout: Text?

  package init() {}
}
