import Engine
import Model
import OCI

/// Finds base images: asks each source in turn, and each image once in a build.
final class BaseImages {
  private let sources: [any ImageSource]
  private let store: BlobStore
  private let observe: @Sendable (ImageReference, Digest) -> Void
  private var known: [String: StageState] = [:]

  /// - Parameter observe: told each image once.
  init(
    sources: [any ImageSource], store: BlobStore, observe: @escaping @Sendable (ImageReference, Digest) -> Void
  ) {
    self.sources = sources
    self.store = store
    self.observe = observe
  }

  /// - Throws: ``ImageBuildError``.
  func image(_ name: String, platform: Platform, at span: SourceSpan, output: OutputSink) async throws -> StageState {
    let key = "\(platform) \(name)"
    if let state = known[key] { return state }
    let reference: ImageReference
    do {
      reference = try ImageReference(name)
    } catch {
      throw ImageBuildError.mistake(
        .invalidImageReference, "\"\(name)\" is neither a stage above nor the name of an image", at: span,
        help: "write registry/repository:tag, or the name that an earlier FROM gives with AS")
    }
    let image = try await fetch(reference, platform: platform, at: span, output: output)
    let state = try load(image, reference: reference)
    observe(reference, image.digest)
    let found = state.configuration.platform
    if found.os != platform.os || found.architecture != platform.architecture {
      try await output.line(
        "warning: \(span.file):\(span.start.line): \(name) is made for \(found), not for \(platform)")
    }
    known[key] = state
    return state
  }

  private func fetch(
    _ reference: ImageReference, platform: Platform, at span: SourceSpan, output: OutputSink
  ) async throws -> StoredImage {
    for source in sources {
      do {
        if let image = try await source.fetch(reference, platform: platform, output: output) { return image }
      } catch let error as CancellationError {
        throw error
      } catch {
        let message = "\(source.name) could not give the base image \(reference): \(Self.text(of: error))"
        throw ImageBuildError(
          .baseImageMissing, message,
          diagnostics: [
            Diagnostic(
              .missingBaseImage, .error, message, at: span,
              help: "check the network and the credentials, or name a local copy of the image in the settings")
          ], cause: error)
      }
    }
    let asked =
      sources.isEmpty ? "no source of images is configured" : "asked: " + sources.map(\.name).joined(separator: ", ")
    let message = "nobody has the base image \(reference)"
    throw ImageBuildError(
      .baseImageMissing, "\(span.file):\(span.start.line): \(message) (\(asked))",
      diagnostics: [
        Diagnostic(
          .missingBaseImage, .error, message, at: span, notes: [asked],
          help: "check the name and the tag, or name a local archive or Dockerfile for it under images: in slipway.yaml"
        )
      ])
  }

  private static func text(of error: any Error) -> String {
    (error as? ImageTransferError)?.message ?? (error as? OCIError)?.message ?? "\(error)"
  }

  private func load(_ image: StoredImage, reference: ImageReference) throws -> StageState {
    let manifest = try store.manifest(of: image)
    let configuration = try store.configuration(of: image)
    let diffIDs = configuration.rootfs.diffIDs
    guard diffIDs.count == manifest.layers.count else {
      throw OCIError(
        .corrupt,
        "the base image \(reference) has \(manifest.layers.count) layers, but its configuration lists \(diffIDs.count)")
    }
    let layers = zip(manifest.layers, diffIDs).map { StageLayer(descriptor: $0, diffID: $1) }
    return StageState(layers: layers, configuration: configuration)
  }
}
