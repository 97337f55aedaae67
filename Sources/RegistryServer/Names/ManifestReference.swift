package import Model

/// What a manifest is asked for by: a tag or a digest.
package enum ManifestReference: Hashable, Sendable {
  case tag(TagName)
  case digest(Digest)

  package enum ParseError: Error, Equatable {
    case invalidTag(String)
    case invalidDigest(String)
  }

  /// Text with a colon is a digest, since no tag has one.
  package init(_ text: String) throws(ParseError) {
    if text.contains(":") {
      do { self = .digest(try Digest(text)) } catch { throw .invalidDigest(text) }
    } else {
      do { self = .tag(try TagName(text)) } catch { throw .invalidTag(text) }
    }
  }
}

extension ManifestReference: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tag(let tag): tag.text
    case .digest(let digest): digest.description
    }
  }
}

/// A tag: up to 128 letters, digits, `_`, `.` and `-`, the first of them a letter, a digit or `_`.
package struct TagName: Hashable, Sendable {
  package enum ParseError: Error, Equatable {
    case invalid(String)
  }

  package let text: String

  package init(_ text: String) throws(ParseError) {
    do {
      _ = try ImageReference(registry: "localhost", repository: "any", tag: text)
    } catch {
      throw .invalid(text)
    }
    self.text = text
  }
}
