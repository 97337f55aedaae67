import FoundationEssentials
import Model

/// npm packages, each from its own package.json in a node_modules directory.
struct NpmCataloger: Cataloger {
  private struct Manifest: Decodable {
    let name: String?
    let version: String?
  }

  /// `…/node_modules/NAME/package.json` or `…/node_modules/@SCOPE/NAME/package.json`; those further below are parts of
  /// a package.
  func wants(_ path: String) -> Bool {
    guard path.hasSuffix("/package.json") else { return false }
    let parts = path.split(separator: "/")
    guard let modules = parts.lastIndex(of: "node_modules") else { return false }
    let below = parts[(modules + 1)...]
    return below.count == 2 || below.count == 3 && below[modules + 1].hasPrefix("@")
  }

  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue {
    do {
      let manifest = try JSONDecoder().decode(Manifest.self, from: Data(contents))
      guard let name = manifest.name, let version = manifest.version, !name.isEmpty, !version.isEmpty else {
        // Some packages contain manifests that only say how their files are to be read.
        return Catalogue()
      }
      return Catalogue(entries: [.init(kind: .npm, name: name, version: version)])
    } catch {
      return Catalogue(remarks: ["/\(path): it is no package.json that can be read"])
    }
  }
}
