package import Engine
import Model
package import OCI
package import SystemPackage

/// Builds images by itself: no daemon, no other program but the sandbox for RUN.
///
/// COPY and ADD are streamed into their layer; a RUN is an overlay mount whose changes become its layer. A RUN or WORKDIR that changes
/// nothing adds no layer, only a line of history. The layers of the base image are taken as they are, under OCI's media types.
package struct EmbeddedImageBuilder: ImageBuilder {
  let store: BlobStore
  let sources: [any ImageSource]
  let sandbox: any Sandbox
  let layers: LayerDirectories
  let cacheDirectory: FilePath
  let cache: LayerCache
  let clock: any Clock<Duration>

  /// - Parameters:
  ///   - sources: asked for base images in this order. They bring what they find into `store`.
  ///   - layerDirectory: for unpacked layers. It must be able to hold the upper directory of an overlay mount.
  ///   - cacheDirectory: for what steps gave before, and for cache mounts.
  ///   - usesUserAttributes: whether overlays are mounted in a user namespace (`userxattr`), by a process that is root only there.
  package init(
    store: BlobStore, sources: [any ImageSource], sandbox: any Sandbox, layerDirectory: FilePath,
    cacheDirectory: FilePath,
    usesUserAttributes: Bool = false, clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.store = store
    self.sources = sources
    self.sandbox = sandbox
    self.cacheDirectory = cacheDirectory
    self.clock = clock
    layers = LayerDirectories(root: layerDirectory, store: store, usesUserAttributes: usesUserAttributes)
    cache = LayerCache(directory: cacheDirectory.appending("layers"), store: store)
  }

  @concurrent
  package func build(_ request: ImageBuildRequest, output: OutputSink) async throws -> StoredImage {
    do {
      return try await Build(request, with: self, output: output).run()
    } catch let error as OCIError {
      throw ImageBuildError(.environment, error.message, cause: error)
    } catch let error as Errno {
      throw ImageBuildError(.environment, "the build could not write its own files: \(error)", cause: error)
    }
  }
}
