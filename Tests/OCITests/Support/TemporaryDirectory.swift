import Foundation
import SystemPackage

/// A directory that is removed when the last reference to it goes.
final class TemporaryDirectory {
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

func write(_ text: String, to path: FilePath) throws {
  try write(Array(text.utf8), to: path)
}

func write(_ bytes: [UInt8], to path: FilePath) throws {
  try FileManager.default.createDirectory(
    atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(fileURLWithPath: path.string))
}

func read(_ path: FilePath) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path.string)))
}

func text(_ path: FilePath) throws -> String {
  String(decoding: try read(path), as: UTF8.self)
}
