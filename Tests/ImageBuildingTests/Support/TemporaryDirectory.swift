import Foundation
import SystemPackage

/// A directory that is removed when the last reference to it goes.
final class TemporaryDirectory: Sendable {
  let path: FilePath

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = FilePath(url.path)
  }

  deinit {
    // A test that leaves something unremovable has failed for a better reason.
    try? FileManager.default.removeItem(atPath: path.string)
  }

  func callAsFunction(_ name: String) -> FilePath { path.pushing(FilePath(name)) }
}

func write(_ text: String, to path: FilePath, permissions: Int = 0o644) throws {
  try write(Array(text.utf8), to: path, permissions: permissions)
}

func write(_ bytes: [UInt8], to path: FilePath, permissions: Int = 0o644) throws {
  try FileManager.default.createDirectory(
    atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(fileURLWithPath: path.string))
  try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path.string)
}

func link(_ path: FilePath, to target: String) throws {
  try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
}
