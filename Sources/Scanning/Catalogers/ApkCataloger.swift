import Model

/// Alpine packages, from apk's database of installed packages.
struct ApkCataloger: Cataloger {
  // Newer releases have /lib in /usr/lib.
  let places = ["lib/apk/db/installed", "usr/lib/apk/db/installed"]

  func wants(_ path: String) -> Bool { false }

  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue {
    var catalogue = Catalogue()
    // apk-package(5): P is the name, V the version, o the origin: the name of what it was built from.
    FieldParagraphs.read(contents, wanted: ["P", "V", "o"]) { fields in
      guard let name = fields["P"] else { return }
      guard let version = fields["V"], !version.isEmpty else {
        catalogue.remarks.append("/\(path): the installed package \(name) has no version")
        return
      }
      let origin = fields["o"] ?? ""
      catalogue.entries.append(
        .init(
          kind: .alpine, name: name, version: version, sourceName: origin.isEmpty ? name : origin,
          sourceVersion: version))
    }
    return catalogue
  }
}
