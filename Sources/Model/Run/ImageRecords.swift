/// An image that a step built, and the archive that it left in the workspace if it did.
package struct BuildRecord: Hashable, Sendable {
  package struct Archive: Hashable, Sendable {
    /// Relative to the workspace.
    package let path: String
    package let digest: Digest
    package let size: Int64

    package init(path: String, digest: Digest, size: Int64) {
      self.path = path
      self.digest = digest
      self.size = size
    }
  }

  package struct Layer: Hashable, Sendable {
    package let digest: Digest
    package let diffID: Digest
    package let size: Int64

    package init(digest: Digest, diffID: Digest, size: Int64) {
      self.digest = digest
      self.diffID = diffID
      self.size = size
    }
  }

  /// An image that a FROM, or a COPY from it, brought in.
  package struct Base: Hashable, Sendable {
    package let reference: ImageReference
    /// Of its manifest, as it was when the build used it.
    package let digest: Digest

    package init(reference: ImageReference, digest: Digest) {
      self.reference = reference
      self.digest = digest
    }
  }

  package let step: StepPath
  package let manifestDigest: Digest
  package let configurationDigest: Digest
  package let layers: [Layer]
  package let archive: Archive?
  /// The names that the image is meant to go by.
  package let references: [ImageReference]
  package let dockerfileDigest: Digest?
  /// In the order in which the build met them.
  package let bases: [Base]

  package init(
    step: StepPath, manifestDigest: Digest, configurationDigest: Digest, layers: [Layer], archive: Archive?,
    references: [ImageReference], dockerfileDigest: Digest? = nil, bases: [Base] = []
  ) {
    self.step = step
    self.manifestDigest = manifestDigest
    self.configurationDigest = configurationDigest
    self.layers = layers
    self.archive = archive
    self.references = references
    self.dockerfileDigest = dockerfileDigest
    self.bases = bases
  }
}

/// A scan of an image archive by a step.
package struct ScanRecord: Hashable, Sendable {
  package let step: StepPath
  package let report: ScanReport
  /// Whether the step's `fail_on_severity` let it pass; true where none is set.
  package let isPassed: Bool

  package init(step: StepPath, report: ScanReport, isPassed: Bool) {
    self.step = step
    self.report = report
    self.isPassed = isPassed
  }
}

/// A push of one image under one name.
package struct PushRecord: Hashable, Sendable {
  package let step: StepPath
  package let reference: ImageReference
  /// What was pushed, and what the registry serves under the name after that. They are equal, or the push failed.
  package let manifestDigest: Digest
  package let readBackDigest: Digest
  /// The archive that it came from; nil when the build was pushed directly.
  package let archiveDigest: Digest?
  /// "the embedded registry", or the registry's host.
  package let destination: String
  package let at: Timestamp

  package init(
    step: StepPath, reference: ImageReference, manifestDigest: Digest, readBackDigest: Digest, archiveDigest: Digest?,
    destination: String, at: Timestamp
  ) {
    self.step = step
    self.reference = reference
    self.manifestDigest = manifestDigest
    self.readBackDigest = readBackDigest
    self.archiveDigest = archiveDigest
    self.destination = destination
    self.at = at
  }
}
