/// One package that an image contains.
package struct InstalledPackage: Hashable, Sendable {
  /// Which package manager's world it belongs to.
  package enum Kind: String, Hashable, Sendable, Codable {
    case debian = "deb"
    case alpine = "apk"
    case python = "pypi"
    case npm
    /// Reported by an external scanner, of a kind that Slipway has no reader for.
    case other
  }

  package let kind: Kind
  package let name: String
  package let version: String
  /// The source package and its version, where advisories name those (Debian, Alpine); else nil.
  package let sourceName: String?
  package let sourceVersion: String?
  /// Where in the image it was found, sorted: the package database or the package's own metadata file.
  package let locations: [String]
  /// Diff ID of the layer that brought it in, where known.
  package let layer: Digest?

  package init(
    kind: Kind, name: String, version: String, sourceName: String? = nil, sourceVersion: String? = nil,
    locations: [String] = [], layer: Digest? = nil
  ) {
    self.kind = kind
    self.name = name
    self.version = version
    self.sourceName = sourceName
    self.sourceVersion = sourceVersion
    self.locations = locations
    self.layer = layer
  }
}
