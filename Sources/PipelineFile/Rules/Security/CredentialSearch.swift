import Model

/// Looks for credentials in a tree: values under names that speak of them, and texts that have the shape of one.
struct CredentialSearch {
  struct Credential {
    /// The name that gave it away; nil when it was its shape.
    let name: String?
    /// What it is, by its shape.
    let kind: String
    let text: Text
    /// In UTF-8 bytes of the text.
    let range: Range<Int>
  }

  private(set) var found: [Credential] = []

  /// - Parameter isNamedValue: the entries of the mapping are names of the author's own with their values.
  mutating func visit(_ node: Node, key: String, isNamedValue: Bool) {
    switch node {
    case .scalar(let scalar):
      if isNamedValue, Self.isNameOfCredential(key), Self.isCredential(scalar) {
        add(scalar, name: key, kind: "a credential", 0..<scalar.text.utf8.count)
      } else if let (range, kind) = Self.shape(in: scalar.text) {
        add(scalar, name: nil, kind: kind, range)
      }
    case .sequence(let sequence):
      for element in sequence.elements { visit(element, key: key, isNamedValue: false) }
    case .mapping(let mapping):
      if key == "variables" || key == "outputVariables", case .scalar(let name)? = mapping["name"] {
        visitVariable(mapping, name.text)
        return
      }
      let holdsNames = Self.mappingsOfNames.contains(key)
      for entry in mapping.entries {
        visit(entry.value, key: entry.key.text, isNamedValue: holdsNames)
      }
    }
  }

  private mutating func visitVariable(_ mapping: Node.Mapping, _ name: String) {
    var isSecret = false
    if case .scalar(let type)? = mapping["type"], type.text == "Secret" { isSecret = true }
    for entry in mapping.entries where entry.key.text == "value" || entry.key.text == "default" {
      // The value of a Secret is the identifier of a secret.
      if !isSecret { visit(entry.value, key: name, isNamedValue: true) }
    }
  }

  private mutating func add(_ scalar: Node.Scalar, name: String?, kind: String, _ range: Range<Int>) {
    found.append(Credential(name: name, kind: kind, text: Text(scalar.text, at: scalar.span), range: range))
  }

  // MARK: - Names

  private static let mappingsOfNames: Set<String> = ["envVariables", "env", "settings", "with", "buildArgs", "auth"]

  private static let words = [
    "password", "passwd", "secret", "token", "apikey", "accesskey", "privatekey", "secretkey", "credential",
  ]

  /// What such a name ends with when its value only leads to the credential, or speaks about it.
  private static let harmlessEnds = [
    "ref", "file", "path", "name", "id", "url", "uri", "type", "identifier", "dir", "lifetime", "ttl", "expiry",
    "length",
    "count", "enabled", "endpoint", "scope", "scopes", "env", "header", "issuer", "audience", "version", "manager",
    "region",
  ]

  private static func isNameOfCredential(_ name: String) -> Bool {
    guard name.utf8.count <= 128 else { return false }
    let folded = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
    guard words.contains(where: folded.contains), !harmlessEnds.contains(where: folded.hasSuffix) else { return false }
    return !["use", "has", "is", "skip", "require", "with", "no"].contains { folded.hasPrefix($0) }
  }

  private static func isCredential(_ scalar: Node.Scalar) -> Bool {
    switch scalar.value {
    case .null, .bool: return false
    default: break
    }
    let text = scalar.text
    guard text.utf8.count >= 4, text.utf8.count <= 4096, !text.mentions("<+"), !text.mentions("{{") else {
      return false
    }
    guard let first = text.first, !["$", "/", "~", "%", "<", "."].contains(first) else { return false }
    return !["true", "false", "none", "null"].contains(text.lowercased()) && !text.mentions("${")
  }

  // MARK: - Shapes

  private struct Shape {
    let prefix: String
    let kind: String
    /// How many characters at least follow the prefix.
    let length: Int
    let isPart: (UInt8) -> Bool
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isUpperOrDigit(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  /// The text is gone through once for all shapes together.
  private static func shape(in text: String) -> (Range<Int>, String)? {
    guard text.utf8.count >= 12 else { return nil }
    return text.utf8.withContiguousStorageIfAvailable { shape(in: $0) }
      ?? Array(text.utf8).withUnsafeBufferPointer(shape)
  }

  private static func shape(in bytes: UnsafeBufferPointer<UInt8>) -> (Range<Int>, String)? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let shapes = shapesByFirstByte[byte], index == 0 || !isAlphanumeric(bytes[index - 1]) {
        for shape in shapes where starts(with: shape.prefix, at: index, in: bytes) {
          var end = index + shape.prefix.utf8.count
          while end < bytes.count, shape.isPart(bytes[end]) { end += 1 }
          if end - index - shape.prefix.utf8.count >= shape.length { return (index..<end, shape.kind) }
        }
      }
      if byte == UInt8(ascii: ":"), let range = passwordOfURL(at: index, in: bytes) {
        return (range, "a password in a URL")
      }
      index += 1
    }
    return nil
  }

  private static func starts(with prefix: String, at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard index + prefix.utf8.count <= bytes.count else { return false }
    return bytes[index..<(index + prefix.utf8.count)].elementsEqual(prefix.utf8)
  }

  /// `scheme://user:password@host`, read from the colon of the scheme.
  private static func passwordOfURL(at colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    guard starts(with: "://", at: colon, in: bytes) else { return nil }
    var start: Int?
    var index = colon + 3
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ":"): if start == nil { start = index + 1 }
      case UInt8(ascii: "@"):
        guard let start, index - start >= 4 else { return nil }
        return start..<index
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: "!"):
        break
      default: return nil
      }
      index += 1
    }
    return nil
  }

  nonisolated(unsafe) private static let shapes: [Shape] = [
    Shape(prefix: "AKIA", kind: "an access key of AWS", length: 16, isPart: isUpperOrDigit),
    Shape(prefix: "ASIA", kind: "an access key of AWS", length: 16, isPart: isUpperOrDigit),
    Shape(prefix: "ghp_", kind: "a token of GitHub", length: 30, isPart: isAlphanumeric),
    Shape(prefix: "gho_", kind: "a token of GitHub", length: 30, isPart: isAlphanumeric),
    Shape(prefix: "ghs_", kind: "a token of GitHub", length: 30, isPart: isAlphanumeric),
    Shape(prefix: "github_pat_", kind: "a token of GitHub", length: 30, isPart: isWord),
    Shape(prefix: "glpat-", kind: "a token of GitLab", length: 20, isPart: isWord),
    Shape(prefix: "xoxb-", kind: "a token of Slack", length: 20, isPart: isWord),
    Shape(prefix: "xoxp-", kind: "a token of Slack", length: 20, isPart: isWord),
    Shape(prefix: "npm_", kind: "a token of npm", length: 36, isPart: isAlphanumeric),
    Shape(prefix: "dckr_pat_", kind: "a token of Docker Hub", length: 20, isPart: isWord),
    Shape(prefix: "sk_live_", kind: "a key of Stripe", length: 20, isPart: isAlphanumeric),
    Shape(prefix: "AIza", kind: "an API key of Google", length: 35, isPart: isWord),
    Shape(prefix: "-----BEGIN RSA PRIVATE KEY-----", kind: "a private key", length: 0, isPart: isWord),
    Shape(prefix: "-----BEGIN EC PRIVATE KEY-----", kind: "a private key", length: 0, isPart: isWord),
    Shape(prefix: "-----BEGIN OPENSSH PRIVATE KEY-----", kind: "a private key", length: 0, isPart: isWord),
    Shape(prefix: "-----BEGIN PRIVATE KEY-----", kind: "a private key", length: 0, isPart: isWord),
  ]

  nonisolated(unsafe) private static let shapesByFirstByte: [UInt8: [Shape]] =
    Dictionary(grouping: shapes) { $0.prefix.utf8.first ?? 0 }
}
