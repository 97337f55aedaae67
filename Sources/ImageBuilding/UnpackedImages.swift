package import Engine
package import Model
package import OCI

/// Unpacks images for steps that run in them, into the same directories that builds use.
package struct UnpackedImages: ContainerRoots {
  private let builder: EmbeddedImageBuilder
  private let pulled: PulledImages
  private let platform: Platform

  /// - Parameters:
  ///   - builder: whose image sources and directories are used.
  ///   - pulled: where is noted what registries gave.
  package init(_ builder: EmbeddedImageBuilder, pulled: PulledImages, platform: Platform = .host) {
    self.builder = builder
    self.pulled = pulled
    self.platform = platform
  }

  package func root(
    of reference: ImageReference, policy: StepContainer.PullPolicy, output: OutputSink
  ) async throws -> ContainerRoot {
    for source in builder.sources {
      guard let image = try await image(reference, from: source, policy, output) else { continue }
      let manifest = try builder.store.manifest(of: image)
      let configuration = try builder.store.configuration(of: image)
      let layers = zip(manifest.layers, configuration.rootfs.diffIDs).map { StageLayer(descriptor: $0, diffID: $1) }
      return ContainerRoot(
        lowerDirectories: try builder.layers.lowerDirectories(of: layers), configuration: configuration)
    }
    if policy == .never, builder.sources.contains(where: \.isRemote) {
      throw ImageBuildError(
        .baseImageMissing,
        "the image \(reference) is not on this machine, and imagePullPolicy: Never forbids to pull it:"
          + " use IfNotPresent, or name a local archive or Dockerfile for it under images: in slipway.yaml")
    }
    throw ImageBuildError(
      .baseImageMissing,
      "nobody has the image \(reference) (asked: \(builder.sources.map(\.name).joined(separator: ", "))):"
        + " check the name, or name a local archive or Dockerfile for it under images: in slipway.yaml")
  }

  private func image(
    _ reference: ImageReference, from source: any ImageSource, _ policy: StepContainer.PullPolicy, _ output: OutputSink
  ) async throws -> StoredImage? {
    guard source.isRemote else { return try await source.fetch(reference, platform: platform, output: output) }
    let present = pulled.image(reference, platform: platform)
    switch policy {
    case .never: return present
    case .ifNotPresent where present != nil: return present
    case .ifNotPresent, .always:
      do {
        guard let image = try await source.fetch(reference, platform: platform, output: output) else { return nil }
        try pulled.remember(image, as: reference, platform: platform)
        return image
      } catch let error as ImageTransferError {
        guard present != nil else { throw error }
        throw ImageTransferError(
          error.code,
          "\(error.message); it was pulled before, and imagePullPolicy: IfNotPresent would do with what is here",
          cause: error)
      }
    }
  }
}
