import FoundationEssentials
import SystemPackage

/// A directory of one test's own, removed with this object.
final class TemporaryDirectory: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(FileManager.default.temporaryDirectory.path).appending("ledger-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit {
    // A leftover directory below the system's temporary one fails no test.
    try? FileManager.default.removeItem(atPath: path.string)
  }

  var ledger: FilePath { path.appending("slipway.sqlite") }

  func contents() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path.string).sorted()
  }
}
