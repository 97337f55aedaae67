/// Which distribution an image is made of.
struct OperatingSystem: Hashable, Sendable {
  /// As it is shown: "Debian 11", "Alpine v3.10", "Ubuntu 22.04".
  let description: String
  /// Where its advisories are; nil for a distribution that none are known of.
  let ecosystem: Ecosystem?
  /// The release as advisories name it: "11", "v3.10"; nil for what has no number, such as Debian's testing.
  let release: String?

  /// The places to look at, the best first. Symbolic links are followed.
  static let places = [
    "etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/debian_version", "etc/redhat-release",
  ]

  /// Nil when `contents` of the file at `place` names no distribution.
  init?(contents: [UInt8], at place: String) {
    let text = String(decoding: contents, as: UTF8.self)
    let firstLine = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    switch place {
    case "etc/alpine-release":
      self.init(id: "alpine", name: "Alpine", version: firstLine, codename: "")
    case "etc/debian_version":
      self.init(id: "debian", name: "Debian", version: firstLine.contains("/") ? "" : firstLine, codename: firstLine)
    case "etc/redhat-release":
      self.init(id: "rhel", name: firstLine, version: "")
    default:
      let fields = Self.fields(of: text)
      guard let id = fields["ID"], !id.isEmpty else { return nil }
      self.init(
        id: id, name: fields["NAME"] ?? id, version: fields["VERSION_ID"] ?? "",
        codename: fields["VERSION_CODENAME"] ?? fields["PRETTY_NAME"] ?? "")
    }
  }

  /// - Parameter id: as in os-release's `ID`; it alone tells which distribution it is.
  init?(id: String, name: String, version: String, codename: String = "") {
    switch id {
    case "debian":
      let number = version.split(separator: ".").first.map(String.init)
      release = number ?? Self.debianReleases[codename]
      description = "Debian " + (release ?? (codename.isEmpty ? "without a version" : codename))
      ecosystem = Ecosystem(name: "Debian")
    case "alpine":
      // Development versions are called "3.20_alpha20240329" and have no release yet.
      let parts = version.split(separator: ".")
      let isReleased = parts.count >= 2 && parts.prefix(2).allSatisfy { $0.allSatisfy(\.isNumber) }
      release = isReleased ? "v\(parts[0]).\(parts[1])" : "edge"
      description = "Alpine " + (release ?? "")
      ecosystem = Ecosystem(name: "Alpine")
    default:
      guard !(name + version).isEmpty else { return nil }
      release = version.isEmpty ? nil : version
      description = version.isEmpty ? name : "\(name) \(version)"
      ecosystem = nil
    }
  }

  /// Images of testing, and those from before a release, have a code name but no number.
  private static let debianReleases = [
    "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
  ]

  /// The assignments of os-release(5): `KEY=value`, with the value in quotes of either kind or in none.
  private static func fields(of text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
      var value = line[line.index(after: equals)...]
      if let quote = value.first, quote == "\"" || quote == "'", value.count >= 2, value.last == quote {
        value = value.dropFirst().dropLast()
      }
      fields[String(line[..<equals])] = String(value)
    }
    return fields
  }
}
