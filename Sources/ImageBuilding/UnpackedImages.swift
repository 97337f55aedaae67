package import Engine
package import Model
package import OCI

/// Unpacks images for steps that run in them, into the same directories that builds use.
package struct UnpackedImages: ContainerRoots {
  private let builder: EmbeddedImageBuilder
  private let platform: Platform

  /// - Parameter builder: whose image sources and directories are used.
  package init(_ builder: EmbeddedImageBuilder, platform: Platform = .host) {
    self.builder = builder
    self.platform = platform
  }

  package func root(of reference: ImageReference, output: OutputSink) async throws -> ContainerRoot {
    for source in builder.sources {
      guard let image = try await source.fetch(reference, platform: platform, output: output) else { continue }
      let manifest = try builder.store.manifest(of: image)
      let configuration = try builder.store.configuration(of: image)
      let layers = zip(manifest.layers, configuration.rootfs.diffIDs).map { StageLayer(descriptor: $0, diffID: $1) }
      return ContainerRoot(
        lowerDirectories: try builder.layers.lowerDirectories(of: layers), configuration: configuration)
    }
    throw ImageBuildError(
      .baseImageMissing,
      "nobody has the image \(reference) (asked: \(builder.sources.map(\.name).joined(separator: ", "))):"
        + " check the name, or name a local archive or Dockerfile for it under images: in slipway.yaml")
  }
}
