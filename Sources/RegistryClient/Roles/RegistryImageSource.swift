package import Engine
package import Model
package import OCI

/// The registry that a reference names, with its mirrors before it.
package struct RegistryImageSource: ImageSource {
  package let name = "the image's registry"
  package let isRemote = true
  private let client: DistributionClient
  private let blobs: BlobStore

  package init(client: DistributionClient, blobs: BlobStore) {
    self.client = client
    self.blobs = blobs
  }

  /// A mirror that fails is passed over, with a line of output; the registry itself must answer.
  package func fetch(
    _ reference: ImageReference, platform: Platform, output: OutputSink
  ) async throws -> StoredImage? {
    var locations = client.configuration.locations(toPull: reference)
    guard let origin = locations.popLast() else { return nil }
    for mirror in locations {
      do {
        if let image = try await fetch(reference, from: mirror, platform: platform, output: output) { return image }
      } catch let error as ImageTransferError {
        try await output.line("mirror \(mirror.endpoint.authority) is passed over: \(error.message)")
      }
    }
    return try await fetch(reference, from: origin, platform: platform, output: output)
  }

  private func fetch(
    _ reference: ImageReference, from location: RegistryLocation, platform: Platform, output: OutputSink
  ) async throws -> StoredImage? {
    try await client.pull(
      ManifestName(reference), from: location, platform: platform, into: blobs, output: output)
  }
}
