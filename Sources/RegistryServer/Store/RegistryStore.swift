import Model
package import OCI
package import SystemPackage

/// The embedded registry's repositories as files, without any HTTP.
///
/// The bytes are blobs of a blob store that others use too; what this store adds is which repository may show which of them:
///
///     repositories/NAME/_layers/HEX                    empty: this blob was uploaded to or mounted into NAME
///     repositories/NAME/_manifests/revisions/HEX       the manifest's media type
///     repositories/NAME/_manifests/tags/TAG            the manifest's digest
///     repositories/NAME/_manifests/referrers/HEX/HEX   empty: the second manifest has the first one as its subject
///     uploads/ID/{repository,data}                     an upload that is not finished
///
/// Every file is written under another name and renamed, so that several processes may use one directory. Uploads are files as
/// well: a session that one process began, another may finish.
package struct RegistryStore: Sendable {
  let directory: FilePath
  let blobs: BlobStore
  let newIdentifier: @Sendable () -> String

  /// - Parameter newIdentifier: Gives a name that was never given before, of lower-case letters and digits.
  package init(
    directory: FilePath, blobs: BlobStore,
    newIdentifier: @escaping @Sendable () -> String = { RegistryStore.randomIdentifier() }
  ) {
    self.directory = directory
    self.blobs = blobs
    self.newIdentifier = newIdentifier
  }

  /// 32 hexadecimal digits.
  package static func randomIdentifier() -> String {
    func digits() -> String {
      let text = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return digits() + digits()
  }

  // MARK: Paths

  private func repository(_ name: RepositoryName) -> FilePath {
    directory.appending("repositories").pushing(FilePath(name.text))
  }

  func layers(of name: RepositoryName) -> Directory {
    Directory(path: repository(name).appending("_layers"))
  }

  func layer(_ digest: Digest, of name: RepositoryName) -> LinkFile {
    LinkFile(path: layers(of: name).path.appending(digest.hex))
  }

  func manifests(of name: RepositoryName) -> Directory {
    Directory(path: repository(name).appending("_manifests"))
  }

  func revision(_ digest: Digest, of name: RepositoryName) -> LinkFile {
    LinkFile(path: manifests(of: name).path.appending("revisions").appending(digest.hex))
  }

  func tagDirectory(of name: RepositoryName) -> Directory {
    Directory(path: manifests(of: name).path.appending("tags"))
  }

  func tag(_ tag: TagName, of name: RepositoryName) -> LinkFile {
    LinkFile(path: tagDirectory(of: name).path.appending(tag.text))
  }

  func referrerDirectory(of subject: Digest, in name: RepositoryName) -> Directory {
    Directory(path: manifests(of: name).path.appending("referrers").appending(subject.hex))
  }

  func newTemporaryPath() -> FilePath {
    directory.appending("temporary").appending(newIdentifier())
  }
}
