package import Model
package import OCI
import SystemPackage

/// One manifest or index as the registry keeps it.
package struct RegistryManifest: Hashable, Sendable {
  package let mediaType: MediaType
  package let digest: Digest
  /// In bytes.
  package let size: Int64
}

extension RegistryStore {
  /// Manifests are small; a longer one is refused, as the distribution specification allows from 4 MiB on.
  package static let manifestLimit = 4 << 20

  /// The manifest under a tag or a digest.
  ///
  /// - Throws: ``RegistryServerError`` with `.manifestUnknown`.
  package func manifest(_ repository: RepositoryName, _ reference: ManifestReference) throws -> RegistryManifest {
    let unknown = RegistryServerError(.manifestUnknown, "repository “\(repository)” has no manifest “\(reference)”")
    let digest: Digest
    switch reference {
    case .digest(let given): digest = given
    case .tag(let name):
      guard let text = try tag(name, of: repository).read() else { throw unknown }
      do {
        digest = try Digest(text)
      } catch {
        throw RegistryServerError(.inputOutput, "the tag “\(name.text)” of “\(repository)” is damaged", cause: error)
      }
    }
    guard let mediaType = try revision(digest, of: repository).read(), blobs.contains(digest) else { throw unknown }
    return RegistryManifest(mediaType: MediaType(rawValue: mediaType), digest: digest, size: try blobs.size(of: digest))
  }

  /// The manifest's bytes, checked against its digest.
  package func bytes(of manifest: RegistryManifest) throws -> [UInt8] {
    try blobs.read(manifest.digest, limit: Self.manifestLimit)
  }

  /// Stores a manifest whose blobs are in the repository, and then lets the tag point to it.
  ///
  /// - Parameter mediaType: As the client names it; nil where it says nothing.
  /// - Returns: the manifest, and its subject where it has one.
  /// - Throws: ``RegistryServerError`` with `.manifestInvalid`, `.manifestBlobUnknown` or `.digestInvalid`; nothing changes then.
  @discardableResult
  package func put(
    _ bytes: [UInt8], mediaType: MediaType?, as reference: ManifestReference, in repository: RepositoryName
  ) throws -> (manifest: RegistryManifest, subject: Digest?) {
    guard bytes.count <= Self.manifestLimit else {
      throw RegistryServerError(.manifestTooLarge, "a manifest may have at most \(Self.manifestLimit) bytes")
    }
    let digest = Digest(of: bytes)
    if case .digest(let expected) = reference, expected != digest {
      throw RegistryServerError(.digestInvalid, "the manifest has the digest \(digest), not \(expected)")
    }
    let contents = try ManifestContents(decoding: bytes)
    let kept = try agreedMediaType(contents: contents, given: mediaType)
    try checkLinks(of: contents, in: repository)
    let subject = try contents.subject.map { try parse($0) }

    try layers(of: repository).synchronizeIfPresent()
    try blobs.put(bytes)
    try revision(digest, of: repository).write(kept.rawValue, by: newTemporaryPath())
    if let subject {
      let referrer = LinkFile(path: referrerDirectory(of: subject, in: repository).path.appending(digest.hex))
      try referrer.touch()
    }
    if case .tag(let name) = reference {
      try tag(name, of: repository).write(digest.description, by: newTemporaryPath())
    }
    return (RegistryManifest(mediaType: kept, digest: digest, size: Int64(bytes.count)), subject)
  }

  /// Removes a tag, or a manifest with all its tags. The bytes stay in the blob store.
  package func removeManifest(_ reference: ManifestReference, from repository: RepositoryName) throws {
    let unknown = RegistryServerError(.manifestUnknown, "repository “\(repository)” has no manifest “\(reference)”")
    switch reference {
    case .tag(let name):
      guard try tag(name, of: repository).remove() else { throw unknown }
    case .digest(let digest):
      guard try revision(digest, of: repository).remove() else { throw unknown }
      for text in try tagDirectory(of: repository).names() {
        let link = LinkFile(path: tagDirectory(of: repository).path.appending(text))
        if try link.read() == digest.description { try link.remove() }
      }
    }
  }

  private func agreedMediaType(contents: ManifestContents, given: MediaType?) throws -> MediaType {
    let written = contents.mediaType.map(MediaType.init(rawValue:))
    if let given, let written, given != written {
      throw RegistryServerError(
        .manifestInvalid, "the manifest calls itself “\(written)” but was sent as “\(given)”")
    }
    guard let mediaType = given ?? written else {
      throw RegistryServerError(.manifestInvalid, "neither the manifest nor its Content-Type says what it is")
    }
    guard mediaType.isManifest || mediaType.isIndex else {
      throw RegistryServerError(.manifestInvalid, "“\(mediaType)” is not a manifest that this registry stores")
    }
    return mediaType
  }

  private func checkLinks(of contents: ManifestContents, in repository: RepositoryName) throws {
    for link in contents.requiredBlobs {
      let digest = try parse(link)
      guard contains(digest, in: repository) else {
        throw RegistryServerError(.manifestBlobUnknown, "repository “\(repository)” has no blob \(digest)")
      }
      let size = try blobs.size(of: digest)
      guard size == link.size else {
        throw RegistryServerError(
          .manifestInvalid, "the manifest says that blob \(digest) has \(link.size) bytes, but it has \(size)")
      }
    }
    for link in contents.manifests ?? [] {
      let digest = try parse(link)
      guard revision(digest, of: repository).exists, blobs.contains(digest) else {
        throw RegistryServerError(.manifestBlobUnknown, "repository “\(repository)” has no manifest \(digest)")
      }
    }
  }

  private func parse(_ link: ManifestContents.Link) throws -> Digest {
    do {
      return try Digest(link.digest)
    } catch {
      throw RegistryServerError(
        .manifestInvalid, "the manifest names a blob by something else than a SHA-256", cause: error)
    }
  }
}

extension Directory {
  fileprivate func synchronizeIfPresent() throws {
    if exists { try synchronize() }
  }
}
