import Engine
import ImageBuilding
import Model
import OCI
import PipelineFile
import SystemPackage

/// The settings' `images:`: references that are served from an archive or built from a Dockerfile on this machine.
struct LocalImages: ImageSource {
  let name = "images: in the settings"
  let images: [ImageSetting]
  let blobs: BlobStore
  /// Makes a builder that looks for its base images in this source, and in the others.
  let makeBuilder: @Sendable (LocalImages) -> EmbeddedImageBuilder

  func fetch(_ reference: ImageReference, platform: Platform, output: OutputSink) async throws -> StoredImage? {
    guard let image = images.first(where: { $0.reference == reference }) else { return nil }
    switch image.source {
    case .archive(let path):
      return try ImageArchive.read(from: path, into: blobs).image
    case .dockerfile(let dockerfile, let context, let target, let buildArguments):
      // An image that is made from itself would never be found: it is left out while it is being made.
      let others = LocalImages(
        images: images.filter { $0.reference != reference }, blobs: blobs, makeBuilder: makeBuilder)
      let request = ImageBuildRequest(
        context: context, dockerfile: dockerfile, dockerfileName: dockerfile.string, target: target,
        buildArguments: buildArguments, platform: platform)
      return try await makeBuilder(others).build(request, output: output)
    }
  }
}
