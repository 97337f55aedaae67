import Model

/// Debian packages, from dpkg's status database; distroless images have one file for each package instead.
struct DpkgCataloger: Cataloger {
  let places = ["var/lib/dpkg/status"]

  private static let statusDirectory = "var/lib/dpkg/status.d/"

  func wants(_ path: String) -> Bool {
    guard path.hasPrefix(Self.statusDirectory), !path.hasSuffix(".md5sums") else { return false }
    return !path.dropFirst(Self.statusDirectory.count).contains("/")
  }

  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue {
    var catalogue = Catalogue()
    // The files of distroless images have no Status: whatever is there is installed.
    let isStatusDatabase = !path.hasPrefix(Self.statusDirectory)
    FieldParagraphs.read(contents, wanted: ["Package", "Status", "Version", "Source"]) { fields in
      guard let name = fields["Package"] else { return }
      if let status = fields["Status"] {
        // "install ok installed": what is wanted, whether all is well, and what is.
        guard status.split(separator: " ").last == "installed" else { return }
      } else if isStatusDatabase {
        return
      }
      guard let version = fields["Version"], !version.isEmpty else {
        catalogue.remarks.append("/\(path): the installed package \(name) has no version")
        return
      }
      let (sourceName, sourceVersion) = Self.source(fields["Source"] ?? "", of: name, version)
      catalogue.entries.append(
        .init(kind: .debian, name: name, version: version, sourceName: sourceName, sourceVersion: sourceVersion))
    }
    return catalogue
  }

  /// `Source: name` or `Source: name (version)`; what isn't said is as the package's own.
  private static func source(_ field: String, of name: String, _ version: String) -> (name: String, version: String) {
    let parts = field.split(separator: "(", maxSplits: 1)
    let sourceName = parts.first?.split(separator: " ").first.map(String.init) ?? name
    guard parts.count == 2, let end = parts[1].firstIndex(of: ")") else { return (sourceName, version) }
    return (sourceName, String(parts[1][..<end]))
  }
}
