import FoundationEssentials
import Model

/// npm packages from package-lock.json, versions 1 to 3, and from the lock that npm keeps inside node_modules.
///
/// What a lock names only for development is left out: where it is installed nevertheless, its own package.json tells.
struct NpmLockCataloger: Cataloger {
  private struct Lock: Decodable {
    let packages: [String: Package]?
    let dependencies: [String: Dependency]?
  }

  /// Versions 2 and 3: by path.
  private struct Package: Decodable {
    let name: String?
    let version: String?
    let dev: Bool?
    let link: Bool?
  }

  /// Version 1: by name, nested.
  private struct Dependency: Decodable {
    let version: String?
    let dev: Bool?
    let dependencies: [String: Dependency]?
  }

  func wants(_ path: String) -> Bool {
    if path.hasSuffix("node_modules/.package-lock.json") { return true }
    guard path == "package-lock.json" || path.hasSuffix("/package-lock.json") else { return false }
    // A lock that was published with a package says nothing of what is installed.
    return !path.split(separator: "/").contains("node_modules")
  }

  func catalogue(_ contents: [UInt8], at path: String) -> Catalogue {
    let lock: Lock
    do {
      lock = try JSONDecoder().decode(Lock.self, from: Data(contents))
    } catch {
      return Catalogue(remarks: ["/\(path): it is no package-lock.json that can be read"])
    }
    var entries: Set<Catalogue.Entry> = []
    if let packages = lock.packages {
      for (place, package) in packages where package.dev != true && package.link != true {
        // The entry "" is the project itself, and places outside of node_modules are its workspaces.
        guard let range = place.lastRange(of: "node_modules/"), let version = package.version else { continue }
        let name = package.name ?? String(place[range.upperBound...])
        entries.insert(.init(kind: .npm, name: name, version: version))
      }
    } else {
      collect(lock.dependencies ?? [:], into: &entries)
    }
    return Catalogue(entries: entries.sorted { ($0.name, $0.version) < ($1.name, $1.version) })
  }

  private func collect(_ dependencies: [String: Dependency], into entries: inout Set<Catalogue.Entry>) {
    for (name, dependency) in dependencies where dependency.dev != true {
      // "file:…", "git+ssh://…" and the like are no versions that advisories speak of.
      if let version = dependency.version, version.first?.isNumber == true {
        entries.insert(.init(kind: .npm, name: name, version: version))
      }
      collect(dependency.dependencies ?? [:], into: &entries)
    }
  }
}

extension String {
  fileprivate func lastRange(of part: String) -> Range<String.Index>? {
    var found: Range<String.Index>?
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      found = range
      rest = rest[range.upperBound...]
    }
    return found
  }
}
