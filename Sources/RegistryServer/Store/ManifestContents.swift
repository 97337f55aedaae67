import FoundationEssentials
import Model

/// What the registry must know of a manifest or an index that it stores: the blobs and manifests that it names.
struct ManifestContents: Decodable {
  struct Link: Decodable {
    var mediaType: String?
    var digest: String
    var size: Int64
    var urls: [String]?
  }

  var schemaVersion: Int
  var mediaType: String?
  var artifactType: String?
  var config: Link?
  var layers: [Link]?
  /// Of an index.
  var manifests: [Link]?
  var subject: Link?
  var annotations: [String: String]?

  /// - Throws: ``RegistryServerError`` with `.manifestInvalid`.
  init(decoding bytes: [UInt8]) throws {
    do {
      self = try JSONDecoder().decode(ManifestContents.self, from: Data(bytes))
    } catch {
      throw RegistryServerError(.manifestInvalid, "the body is not the JSON of a manifest", cause: error)
    }
    guard schemaVersion == 2 else {
      throw RegistryServerError(
        .manifestInvalid, "only manifests of schema version 2 are stored, not of \(schemaVersion)")
    }
  }

  /// The blobs that must be in the repository before the manifest is. A layer with `urls` may be kept elsewhere.
  var requiredBlobs: [Link] {
    (config.map { [$0] } ?? []) + (layers ?? []).filter { ($0.urls ?? []).isEmpty }
  }
}
