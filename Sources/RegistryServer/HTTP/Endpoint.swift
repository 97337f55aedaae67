import Model

/// What a path of the distribution protocol stands for; see the OCI distribution specification, spec.md#endpoints.
enum Endpoint: Hashable {
  case base
  case catalog
  case blob(RepositoryName, Digest)
  case uploads(RepositoryName)
  case upload(RepositoryName, identifier: String)
  case manifest(RepositoryName, ManifestReference)
  case tags(RepositoryName)
  case referrers(RepositoryName, Digest)

  /// A name may itself have components such as `blobs`, so that a path is read from its end.
  ///
  /// - Throws: ``RegistryServerError`` with `.unsupported`, `.nameInvalid`, `.digestInvalid` or `.tagInvalid`.
  init(path: String) throws {
    var parts = path.split(separator: "/", omittingEmptySubsequences: true)[...]
    guard parts.popFirst() == "v2" else { throw Self.unsupported(path) }
    guard !parts.isEmpty else {
      self = .base
      return
    }
    let last = String(parts.removeLast())
    if last == "_catalog", parts.isEmpty {
      self = .catalog
      return
    }
    guard let kind = parts.popLast() else { throw Self.unsupported(path) }
    switch (kind, last) {
    case ("blobs", "uploads"): self = .uploads(try Self.name(parts))
    case ("uploads", _) where parts.last == "blobs":
      self = .upload(try Self.name(parts.dropLast()), identifier: last)
    case ("blobs", _): self = .blob(try Self.name(parts), try Self.digest(last))
    case ("manifests", _): self = .manifest(try Self.name(parts), try Self.reference(last))
    case ("tags", "list"): self = .tags(try Self.name(parts))
    case ("referrers", _): self = .referrers(try Self.name(parts), try Self.digest(last))
    default: throw Self.unsupported(path)
    }
  }

  private static func unsupported(_ path: String) -> RegistryServerError {
    RegistryServerError(.unsupported, "the protocol has no “\(path)”")
  }

  private static func name(_ parts: ArraySlice<Substring>) throws -> RepositoryName {
    let text = parts.joined(separator: "/")
    do {
      return try RepositoryName(text)
    } catch {
      throw RegistryServerError(.nameInvalid, "“\(text)” is not a repository name", cause: error)
    }
  }

  static func digest(_ text: String) throws -> Digest {
    do {
      return try Digest(text)
    } catch {
      throw RegistryServerError(.digestInvalid, "“\(text)” is not a SHA-256 digest", cause: error)
    }
  }

  private static func reference(_ text: String) throws -> ManifestReference {
    do {
      return try ManifestReference(text)
    } catch .invalidDigest {
      throw RegistryServerError(.digestInvalid, "“\(text)” is not a SHA-256 digest")
    } catch .invalidTag {
      throw RegistryServerError(.tagInvalid, "“\(text)” is not a tag")
    }
  }
}
