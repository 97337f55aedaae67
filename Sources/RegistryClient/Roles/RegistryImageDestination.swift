package import Engine
package import Model
package import OCI

/// A registry that images are pushed to: the one that the reference names, or one that stands for it.
package struct RegistryImageDestination: ImageDestination {
  package let name: String
  private let client: DistributionClient
  private let blobs: BlobStore
  private let location: @Sendable (ImageReference) -> RegistryLocation
  private let mountSource: String?

  /// - Parameters:
  ///   - location: Where an image of this name goes.
  ///   - mountSource: A repository of the same registry that may have the layers already.
  package init(
    name: String, client: DistributionClient, blobs: BlobStore, mountSource: String? = nil,
    location: @escaping @Sendable (ImageReference) -> RegistryLocation
  ) {
    self.name = name
    self.client = client
    self.blobs = blobs
    self.mountSource = mountSource
    self.location = location
  }

  /// The registry that each reference names.
  ///
  /// - Parameter registry: For the name only.
  package static func remote(_ registry: String, client: DistributionClient, blobs: BlobStore)
    -> RegistryImageDestination
  {
    RegistryImageDestination(name: "registry \(registry)", client: client, blobs: blobs) { reference in
      client.configuration.location(toPush: reference)
    }
  }

  /// The embedded registry, which keeps each image under the full name that it was meant for.
  package static func embedded(
    at endpoint: RegistryEndpoint, client: DistributionClient, blobs: BlobStore
  ) -> RegistryImageDestination {
    RegistryImageDestination(name: "the embedded registry", client: client, blobs: blobs) { reference in
      .embedded(reference, at: endpoint)
    }
  }

  package func push(_ image: StoredImage, to reference: ImageReference, output: OutputSink) async throws -> Digest {
    do {
      return try await client.push(
        image, from: blobs, to: location(reference), as: ManifestName(pushing: reference), mountSource: mountSource,
        output: output)
    } catch let error as OCIError {
      throw ImageTransferError(.notFound, "\(reference) cannot be pushed: \(error.message)", cause: error)
    }
  }
}

extension ManifestName {
  /// The tag where the reference has one, since it is the tag that is to point to the image.
  init(pushing reference: ImageReference) {
    if let tag = reference.tag {
      self = .tag(tag)
    } else {
      self.init(reference)
    }
  }
}
