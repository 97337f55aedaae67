import Engine
import Model
import OCI
import RegistryClient
import Synchronization
import SystemPackage

/// The client's side of a test: a blob store, and what the client waited for and printed.
struct Client: Sendable {
  let directory: TemporaryDirectory
  let blobs: BlobStore
  private let record = Record()

  private final class Record: Sendable {
    let waits = Mutex<[Duration]>([])
    let output = Mutex<[UInt8]>([])
  }

  init() throws {
    directory = try TemporaryDirectory()
    blobs = BlobStore(root: directory.path.appending("blobs"))
  }

  var waits: [Duration] { record.waits.withLock { $0 } }
  var lines: [String] {
    record.output.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
  }

  var output: OutputSink {
    let record = record
    return OutputSink { bytes in record.output.withLock { $0.append(contentsOf: bytes) } }
  }

  /// A client that never really waits, closed after `body`.
  @discardableResult
  func with<Result>(
    _ configuration: RegistryConfiguration = RegistryConfiguration(),
    credentials: any RegistryCredentials = GivenCredentials(), retry: RetryPolicy = RetryPolicy(),
    _ body: (DistributionClient) async throws -> Result
  ) async throws -> Result {
    let record = record
    let client = DistributionClient(
      configuration: configuration, credentials: credentials, userAgent: "slipway/test", retry: retry,
      sleep: { duration in record.waits.withLock { $0.append(duration) } })
    let result: Result
    do {
      result = try await body(client)
    } catch {
      try await client.close()
      throw error
    }
    try await client.close()
    return result
  }

  /// Puts a small image into the blob store.
  func makeImage(layers: [String] = ["first layer", "second layer"], variant: String? = nil) throws -> StoredImage {
    let configuration = Array(#"{"architecture":"amd64","os":"linux","variant":"\#(variant ?? "")"}"#.utf8)
    return try makeImage(
      configuration: configuration, layers: layers.map { try blobs.put(Array($0.utf8)) })
  }

  func makeImage(configuration: [UInt8], layers: [Digest]) throws -> StoredImage {
    let manifest = ImageManifest(
      config: Descriptor(
        mediaType: .ociConfiguration, digest: try blobs.put(configuration), size: Int64(configuration.count)),
      layers: try layers.map { Descriptor(mediaType: .ociLayer, digest: $0, size: try blobs.size(of: $0)) }
    ).encoded()
    return StoredImage(
      manifest: Descriptor(mediaType: .ociManifest, digest: try blobs.put(manifest), size: Int64(manifest.count)))
  }

  func location(_ port: Int, _ repository: String = "app") -> RegistryLocation {
    RegistryLocation(endpoint: RegistryEndpoint(registry: "127.0.0.1:\(port)"), repository: repository)
  }

  func push(
    _ image: StoredImage, with client: DistributionClient, to port: Int, repository: String = "app", tag: String = "v1",
    mountSource: String? = nil
  ) async throws -> Digest {
    try await client.push(
      image, from: blobs, to: location(port, repository), as: .tag(tag), mountSource: mountSource, output: output)
  }

  func pull(
    _ name: ManifestName = .tag("v1"), with client: DistributionClient, from port: Int, repository: String = "app",
    platform: Platform = Platform(os: "linux", architecture: "amd64")
  ) async throws -> StoredImage? {
    try await client.pull(
      name, from: location(port, repository), platform: platform, into: blobs, output: output)
  }
}

/// Whether an error is the transfer's, of this kind.
func isTransferError(_ error: any Error, _ code: ImageTransferError.Code, _ texts: String...) -> Bool {
  guard let error = error as? ImageTransferError else { return false }
  return error.code == code && texts.allSatisfy { error.message.contains($0) }
}
