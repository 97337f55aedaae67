/// A security step: hands a target, such as an image archive, to a scanner.
package struct ScanStep: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case orchestration, extraction, ingestion
  }

  package enum TargetKind: String, Hashable, Sendable, CaseIterable {
    case repository, container, instance, configuration
  }

  package enum Detection: String, Hashable, Sendable, CaseIterable {
    case manual, auto
  }

  /// `image:`, what a scan of a container looks at.
  package struct Image: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case awsECR = "aws_ecr"
      case docker = "docker_v2"
      case artifactory = "jfrog_artifactory"
      case localImage = "local_image"
      case localArchive = "local_archive"
      case harness
    }

    package var kind: FieldValue<Kind>?
    package var name: Text?
    package var tag: Text?
    package var domain: Text?
    package var region: Text?
    package var accessIdentifier: Text?
    package var accessToken: Text?
    package var registry: Text?
    package var path: Text?

    package init() {}
  }

  /// `auth:`, how the scanner's server is reached.
  package struct Authentication: Hashable, Sendable {
    package var accessToken: Text?
    package var accessIdentifier: Text?
    package var domain: Text?
    package var region: Text?
    package var usesTLS: Text?
    package var kind: Text?
    package var version: Text?

    package init() {}
  }

  /// `instance:`, a running application.
  package struct Instance: Hashable, Sendable {
    package var domain: Text?
    package var path: Text?
    package var scheme: Text?
    package var port: Text?
    package var username: Text?
    package var password: Text?

    package init() {}
  }

  /// `advanced:`, without `fail_on_severity`.
  package struct Advanced: Hashable, Sendable {
    package var logLevel: Text?
    package var logSerializer: Text?
    /// `args.cli`: handed to the scanner as it is.
    package var arguments: Text?
    package var passthrough: Text?
    package var includesRaw: Text?

    package init() {}
  }

  /// `sbom:`.
  package struct BillOfMaterials: Hashable, Sendable {
    package enum Format: String, Hashable, Sendable, CaseIterable {
      case spdx = "spdx-json"
      case cycloneDX = "cyclonedx-json"
    }

    package var isGenerated: Text?
    package var format: FieldValue<Format>?

    package init() {}
  }

  /// The step's type: `AquaTrivy`, `Grype`, or the generic `Security`.
  package var scanner: String
  package var mode: Mode
  /// What the scanner looks for, in its own words: `default`.
  package var configuration: Text?
  package var targetKind: TargetKind
  package var targetName: Text?
  package var targetVariant: Text?
  package var detection: FieldValue<Detection>?
  /// `target.workspace`: the code, or the archive, for an image of type `local_archive`.
  package var workspace: Text?
  package var image: Image?
  /// `image.type`.
  package var imageType: Text?
  /// `advanced.fail_on_severity`.
  package var failOnSeverity: Text?
  package var advanced = Advanced()
  /// `ingestion.file`: the report that is taken in.
  package var ingestionFile: Text?
  package var authentication: Authentication?
  package var instance: Instance?
  package var billOfMaterials: BillOfMaterials?
  /// `repository:` of a Harness registry.
  package var repository: Node?
  /// `tool:`, whose keys each scanner has of its own.
  package var tool: Node?
  package var settings: [NamedText] = []
  /// A scanner image of one's own.
  package var container = StepContainer()
  package var imageTag: Text?
  package var baseImageConnectors: [Text] = []

  package init(
    scanner: String, mode: Mode, targetKind: TargetKind, targetName: Text? = nil, targetVariant: Text? = nil,
    workspace: Text? = nil, imageType: Text? = nil, failOnSeverity: Text? = nil
  ) {
    self.scanner = scanner
    self.mode = mode
    self.targetKind = targetKind
    self.targetName = targetName
    self.targetVariant = targetVariant
    self.workspace = workspace
    self.imageType = imageType
    self.failOnSeverity = failOnSeverity
  }
}
