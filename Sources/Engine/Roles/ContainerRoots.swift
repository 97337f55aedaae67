package import Model
package import OCI
package import SystemPackage

/// Unpacks images so that steps can run in them.
package protocol ContainerRoots: Sendable {
  /// Finds the image as a build finds its base, and unpacks it once, however many steps use it.
  ///
  /// - Parameter policy: when a registry is asked for an image that was pulled before. What this machine makes or keeps itself is always
  ///   taken as it is now.
  /// - Throws: ``ImageBuildError`` with the code `baseImageMissing` when nobody has it.
  func root(
    of reference: ImageReference, policy: StepContainer.PullPolicy, output: OutputSink
  ) async throws -> ContainerRoot
}

/// An unpacked image.
package struct ContainerRoot: Sendable {
  /// Read-only directories in overlay form, topmost first.
  package let lowerDirectories: [FilePath]
  package let configuration: ImageConfiguration

  package init(lowerDirectories: [FilePath], configuration: ImageConfiguration) {
    self.lowerDirectories = lowerDirectories
    self.configuration = configuration
  }
}
