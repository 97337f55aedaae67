package import Model
import SystemPackage

extension RegistryStore {
  /// The repositories that ever held a manifest, sorted by their bytes.
  package func repositories() throws -> [RepositoryName] {
    var found: [RepositoryName] = []
    try collect(directory.appending("repositories"), prefix: "", into: &found)
    return found.sorted()
  }

  private func collect(_ path: FilePath, prefix: String, into found: inout [RepositoryName]) throws {
    for name in try Directory(path: path).names() {
      // `_layers` and `_manifests` are no names, nor is anything else that the grammar does not allow.
      guard let repository = try? RepositoryName(prefix + name) else { continue }
      if manifests(of: repository).exists { found.append(repository) }
      try collect(path.appending(name), prefix: prefix + name + "/", into: &found)
    }
  }

  /// Whether anything was ever uploaded, mounted or pushed under this name.
  package func contains(_ repository: RepositoryName) -> Bool {
    manifests(of: repository).exists || layers(of: repository).exists
  }

  /// The tags, sorted by their bytes.
  ///
  /// - Throws: ``RegistryServerError`` with `.nameUnknown`.
  package func tags(of repository: RepositoryName) throws -> [String] {
    guard contains(repository) else {
      throw RegistryServerError(.nameUnknown, "the registry has no repository “\(repository)”")
    }
    return try tagDirectory(of: repository).names()
  }

  /// The manifests that name `subject` as theirs, by digest.
  package func referrers(of subject: Digest, in repository: RepositoryName) throws -> [Digest] {
    try referrerDirectory(of: subject, in: repository).names().compactMap { name in
      // Only digests are ever linked there; whatever else someone put there is not a referrer.
      guard let digest = try? Digest(hex: name), revision(digest, of: repository).exists else { return nil }
      return digest
    }
  }
}
