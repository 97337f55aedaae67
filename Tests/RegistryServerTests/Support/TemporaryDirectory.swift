import Foundation
import SystemPackage

/// A directory for one test, removed when nobody holds it any more.
final class TemporaryDirectory: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(FileManager.default.temporaryDirectory.path).appending("slipway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit {
    // What is left behind in the system's temporary directory harms no other test.
    try? FileManager.default.removeItem(atPath: path.string)
  }
}
