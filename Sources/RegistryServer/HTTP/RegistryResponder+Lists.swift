import HTTPTypes
import Hummingbird
import Model
import OCI

/// The part of a list that a client asks for: at most `count` entries, those after `last`.
struct Page {
  var count: Int?
  var last: String?

  /// - Throws: ``RegistryServerError`` with `.pageInvalid`.
  init(_ query: [String: String]) throws {
    last = query["last"]
    guard let text = query["n"] else { return }
    guard let count = Int(text), count >= 0 else {
      throw RegistryServerError(.pageInvalid, "“n=\(text)” is not a count")
    }
    self.count = count
  }

  /// - Parameter entries: Sorted by their bytes.
  func cut(_ entries: [String]) -> (entries: [String], hasMore: Bool) {
    let rest = last.map { last in entries.drop { !last.utf8.lexicographicallyPrecedes($0.utf8) } } ?? entries[...]
    guard let count, count < rest.count else { return (Array(rest), false) }
    return (Array(rest.prefix(count)), true)
  }
}

extension RegistryResponder {
  private struct Catalog: Encodable {
    var repositories: [String]
  }

  private struct Tags: Encodable {
    var name: String
    var tags: [String]
  }

  private struct Referrers: Encodable {
    struct Entry: Encodable {
      var mediaType: String
      var digest: String
      var size: Int64
      var artifactType: String?
      var annotations: [String: String]?
    }

    var schemaVersion = 2
    var mediaType = MediaType.ociIndex.rawValue
    var manifests: [Entry]
  }

  func catalog(page: Page) throws -> Response {
    let (names, hasMore) = page.cut(try store.repositories().map(\.text))
    return try Response(
      json: Catalog(repositories: names), headers: nextLink("/v2/_catalog", page, after: hasMore ? names.last : nil))
  }

  func tags(of repository: RepositoryName, page: Page) throws -> Response {
    let (tags, hasMore) = page.cut(try store.tags(of: repository))
    return try Response(
      json: Tags(name: repository.text, tags: tags),
      headers: nextLink("/v2/\(repository)/tags/list", page, after: hasMore ? tags.last : nil))
  }

  /// See spec.md#listing-referrers: an index, empty when nothing refers to `subject`, even when that is not here.
  func referrers(of subject: Digest, in repository: RepositoryName, artifactType: String?) throws -> Response {
    var entries: [Referrers.Entry] = []
    for digest in try store.referrers(of: subject, in: repository) {
      let manifest = try store.manifest(repository, .digest(digest))
      let contents = try ManifestContents(decoding: store.bytes(of: manifest))
      let type = contents.artifactType ?? contents.config?.mediaType
      if let artifactType, type != artifactType { continue }
      entries.append(
        .init(
          mediaType: manifest.mediaType.rawValue, digest: digest.description, size: manifest.size, artifactType: type,
          annotations: contents.annotations))
    }
    return try Response(
      json: Referrers(manifests: entries), mediaType: MediaType.ociIndex.rawValue,
      headers: artifactType == nil ? [:] : [.ociFiltersApplied: "artifactType"])
  }

  private func nextLink(_ path: String, _ page: Page, after last: String?) -> HTTPFields {
    guard let last, let count = page.count else { return [:] }
    // Neither names nor tags have a character that a query would need encoded, but for the `/` that it may hold.
    return [.link: "<\(path)?n=\(count)&last=\(last)>; rel=\"next\""]
  }
}
