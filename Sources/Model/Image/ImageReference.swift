/// A name for an image: registry, repository, and a tag or a digest or both.
///
/// Short names are completed as Docker does: `busybox` is `docker.io/library/busybox:latest`.
/// See https://pkg.go.dev/github.com/distribution/reference for the grammar.
package struct ImageReference: Hashable, Sendable {
  package enum ParseError: Error, Equatable {
    case empty
    case invalidRegistry(String)
    case invalidRepository(String)
    case invalidTag(String)
    case invalidDigest(String)
  }

  /// Host and, where given, port: `docker.io`, `localhost:5000`, `123456789012.dkr.ecr.us-east-1.amazonaws.com`.
  package let registry: String
  /// Path without the registry: `library/busybox`.
  package let repository: String
  package let tag: String?
  package let digest: Digest?

  package init(_ text: String) throws(ParseError) {
    guard !text.isEmpty else { throw .empty }
    var rest = text[...]
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      let written = String(rest[rest.index(after: at)...])
      do { digest = try Digest(written) } catch { throw .invalidDigest(written) }
      rest = rest[..<at]
    }
    var registry = "docker.io"
    if let slash = rest.firstIndex(of: "/"), Self.looksLikeRegistry(rest[..<slash]) {
      registry = String(rest[..<slash])
      rest = rest[rest.index(after: slash)...]
    }
    var tag: String?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    let completedTag = tag ?? (digest == nil ? "latest" : nil)
    try self.init(registry: registry, repository: String(rest), tag: completedTag, digest: digest)
  }

  package init(registry: String, repository: String, tag: String?, digest: Digest? = nil) throws(ParseError) {
    guard Self.isRegistry(registry) else { throw .invalidRegistry(registry) }
    let isDockerHub = registry == "docker.io" || registry == "index.docker.io"
    let path = isDockerHub && !repository.contains("/") ? "library/" + repository : repository
    guard Self.isRepository(path) else { throw .invalidRepository(repository) }
    if let tag, !Self.isTag(tag) { throw .invalidTag(tag) }
    self.registry = isDockerHub ? "docker.io" : registry
    self.repository = path
    self.tag = tag
    self.digest = digest
  }

  /// The same image under another tag.
  package func tagged(_ tag: String) throws(ParseError) -> ImageReference {
    try ImageReference(registry: registry, repository: repository, tag: tag)
  }

  /// Registry and repository, without tag and digest.
  package var name: String { registry + "/" + repository }

  private static func looksLikeRegistry(_ text: Substring) -> Bool {
    text == "localhost" || text.contains(".") || text.contains(":") || text.contains { $0.isUppercase }
  }

  private static func isRegistry(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return false }
    if parts.count == 2 {
      guard let port = Int(parts[1]), (1...65535).contains(port) else { return false }
    }
    return host.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// Components of lower-case letters and digits, joined by one `.`, one or two `_`, or any number of `-`.
  private static func isRepository(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 255 else { return false }
    return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
      var separator = [UInt8]()
      guard let first = component.utf8.first, let last = component.utf8.last else { return false }
      guard isLowerAlphanumeric(first), isLowerAlphanumeric(last) else { return false }
      for byte in component.utf8 {
        if isLowerAlphanumeric(byte) {
          separator.removeAll(keepingCapacity: true)
        } else {
          separator.append(byte)
          let isAllowed =
            separator == Array(".".utf8) || separator == Array("_".utf8) || separator == Array("__".utf8)
            || separator.allSatisfy { $0 == UInt8(ascii: "-") }
          if !isAllowed { return false }
        }
      }
      return true
    }
  }

  private static func isTag(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    guard isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
    return text.utf8.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}

extension ImageReference: CustomStringConvertible {
  package var description: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}
