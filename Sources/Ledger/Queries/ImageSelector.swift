import Model

/// How a user names an image.
package enum ImageSelector: Hashable, Sendable {
  /// The first digits of a manifest's, configuration's, archive's or layer's digest: 8 to 64.
  case digest(prefix: String)
  /// A name that it was built or pushed under: complete, or its last parts, with or without a tag.
  case reference(String)

  /// `sha256:` with at least 8 digits, at least 8 digits alone, or a reference. A reference with a digest means the digest.
  /// - Throws: ``LedgerError`` with `malformedSelector`.
  package init(_ text: String) throws(LedgerError) {
    let name = text.lastIndex(of: "@").map { String(text[text.index(after: $0)...]) } ?? text
    let isMarked = name.hasPrefix("sha256:")
    let digits = (isMarked ? String(name.dropFirst("sha256:".count)) : name).lowercased()
    let isHexadecimal = digits.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    if isHexadecimal, (8...64).contains(digits.utf8.count) {
      self = .digest(prefix: digits)
    } else if isMarked || text.isEmpty {
      throw LedgerError(
        .malformedSelector, "“\(text)” names no image: a digest is given by at least 8 hexadecimal digits")
    } else {
      self = .reference(text)
    }
  }
}
