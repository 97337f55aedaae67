package import Engine
package import Model
package import OCI

/// The embedded registry: what earlier runs pushed, under the names that it was meant for.
package struct EmbeddedRegistrySource: ImageSource {
  package let name = "the embedded registry"
  private let client: DistributionClient
  private let endpoint: RegistryEndpoint
  private let blobs: BlobStore

  package init(client: DistributionClient, endpoint: RegistryEndpoint, blobs: BlobStore) {
    self.client = client
    self.endpoint = endpoint
    self.blobs = blobs
  }

  package func fetch(
    _ reference: ImageReference, platform: Platform, output: OutputSink
  ) async throws -> StoredImage? {
    try await client.pull(
      ManifestName(reference), from: .embedded(reference, at: endpoint), platform: platform, into: blobs, output: output
    )
  }
}
