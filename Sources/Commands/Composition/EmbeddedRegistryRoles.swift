import Engine
import Model
import OCI
import RegistryClient
import RegistryServer

/// The embedded registry as a place to push to: started by the first push, spoken to over the registry protocol like any other.
struct EmbeddedDestination: ImageDestination {
  let name = "the embedded registry"
  let host: RegistryHost
  let client: DistributionClient
  let blobs: BlobStore

  func push(_ image: StoredImage, to reference: ImageReference, output: OutputSink) async throws -> Digest {
    let endpoint = try await host.endpoint()
    return try await RegistryImageDestination.embedded(at: endpoint, client: client, blobs: blobs)
      .push(image, to: reference, output: output)
  }
}

/// The embedded registry as a place to find base images in. It is only started when it has the image.
struct EmbeddedSource: ImageSource {
  let name = "the embedded registry"
  let host: RegistryHost
  let store: RegistryStore
  let client: DistributionClient
  let blobs: BlobStore

  func fetch(_ reference: ImageReference, platform: Platform, output: OutputSink) async throws -> StoredImage? {
    let location = RegistryLocation.embedded(reference, at: RegistryEndpoint(registry: "localhost"))
    guard try store.repositories().contains(where: { $0.description == location.repository }) else { return nil }
    return try await EmbeddedRegistrySource(client: client, endpoint: try await host.endpoint(), blobs: blobs)
      .fetch(reference, platform: platform, output: output)
  }
}
