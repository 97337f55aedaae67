import FoundationEssentials
package import SystemPackage

/// Expectations that are kept as files beside the tests.
///
/// With RECORD_SNAPSHOTS=1 they are written anew, and the comparison fails once.
package enum Golden {
  /// What differs, as lines with `+` and `-`; nil when the text is what the file says.
  package static func difference(of actual: String, from file: FilePath) throws -> String? {
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try file.write(actual)
      return "recorded \(file)"
    }
    let expected = try file.readText()
    guard actual != expected else { return nil }
    let changes = actual.split(separator: "\n", omittingEmptySubsequences: false)
      .difference(from: expected.split(separator: "\n", omittingEmptySubsequences: false))
    return changes.map { change in
      switch change {
      case .insert(let offset, let line, _): "+\(offset + 1) \(line)"
      case .remove(let offset, let line, _): "-\(offset + 1) \(line)"
      }
    }.joined(separator: "\n")
  }

  /// Beside the test's own file, in `Golden/`.
  package static func file(_ name: String, besideTest path: String = #filePath) -> FilePath {
    FilePath(path).removingLastComponent().appending("Golden").appending(name)
  }
}
