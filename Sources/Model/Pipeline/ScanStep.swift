/// A security step: hands an image archive to a vulnerability scanner.
package struct ScanStep: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case orchestration, extraction, ingestion
  }

  package enum TargetKind: String, Hashable, Sendable, CaseIterable {
    case repository, container, instance, configuration
  }

  /// The step's type: `AquaTrivy`, `Grype`.
  package let scanner: String
  package let mode: Mode
  package let targetKind: TargetKind
  package let targetName: Text?
  package let targetVariant: Text?
  /// `target.workspace`: the archive, for an image of type `local_archive`.
  package let workspace: Text?
  /// `image.type`.
  package let imageType: Text?
  /// `advanced.fail_on_severity`.
  package let failOnSeverity: Text?

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
