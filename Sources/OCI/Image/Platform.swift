/// The machine that an image runs on: `linux/amd64`, `linux/arm/v7`.
package struct Platform: Hashable, Sendable, Codable {
  package enum ParseError: Error, Equatable {
    case malformed(String)
  }

  package let architecture: String
  package let os: String
  package let variant: String?

  /// Spellings such as `x86_64` and `aarch64` are brought to Go's, which manifests use; `arm64` has no variant unless it
  /// is another than `v8`, and `arm` is `v7` where nothing is said.
  package init(os: String, architecture: String, variant: String? = nil) {
    self.os = os.lowercased()
    let given = variant.flatMap { $0.isEmpty ? nil : $0.lowercased() }
    switch architecture.lowercased() {
    case "x86_64", "x86-64", "amd64":
      self.architecture = "amd64"
      self.variant = given == "v1" ? nil : given
    case "aarch64", "arm64":
      self.architecture = "arm64"
      self.variant = given == "v8" || given == "8" ? nil : given
    case "i386", "i486", "i586", "i686", "386":
      self.architecture = "386"
      self.variant = given
    case "armhf", "armv7l":
      self.architecture = "arm"
      self.variant = "v7"
    case "armel":
      self.architecture = "arm"
      self.variant = "v6"
    case "arm":
      self.architecture = "arm"
      self.variant = given.map { $0.hasPrefix("v") ? $0 : "v" + $0 } ?? "v7"
    case let other:
      self.architecture = other
      self.variant = given
    }
  }

  /// Reads `os/architecture[/variant]`, or an architecture alone.
  package init(parsing text: String) throws(ParseError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isWord = { (part: String) in
      !part.isEmpty && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
    }
    guard (1...3).contains(parts.count), parts.allSatisfy(isWord) else { throw .malformed(text) }
    if parts.count == 1 {
      self.init(os: "linux", architecture: parts[0])
    } else {
      self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }
  }

  /// This machine.
  package static let host: Platform = {
    #if arch(x86_64)
      Platform(os: "linux", architecture: "amd64")
    #elseif arch(arm64)
      Platform(os: "linux", architecture: "arm64")
    #elseif arch(arm)
      Platform(os: "linux", architecture: "arm", variant: "v7")
    #else
      Platform(os: "linux", architecture: "unknown")
    #endif
  }()

  private enum CodingKeys: String, CodingKey {
    case architecture, os, variant
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      os: try container.decodeIfPresent(String.self, forKey: .os) ?? "linux",
      architecture: try container.decodeIfPresent(String.self, forKey: .architecture) ?? "unknown",
      variant: try container.decodeIfPresent(String.self, forKey: .variant))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(architecture, forKey: .architecture)
    try container.encode(os, forKey: .os)
    try container.encodeIfPresent(variant, forKey: .variant)
  }
}

extension Platform: CustomStringConvertible {
  package var description: String { os + "/" + architecture + (variant.map { "/" + $0 } ?? "") }
}

extension UInt8 {
  var isASCIIAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
