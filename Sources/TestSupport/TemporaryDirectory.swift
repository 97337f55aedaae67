import Engine
import FoundationEssentials
package import SystemPackage

/// A directory of one test's own.
package enum TemporaryDirectory {
  /// Makes an empty directory and removes it with all that is in it when the work is done.
  package static func with<Result>(
    _ work: (FilePath) async throws -> Result
  ) async throws -> Result {
    let path = try make()
    defer { FileTree.remove(path) }
    return try await work(path)
  }

  package static func with<Result>(_ work: (FilePath) throws -> Result) throws -> Result {
    let path = try make()
    defer { FileTree.remove(path) }
    return try work(path)
  }

  private static func make() throws -> FilePath {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("slipway-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    return path
  }
}

extension FilePath {
  /// Writes a file, and makes the directories above it.
  package func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  package func write(_ bytes: [UInt8]) throws {
    let parent = removingLastComponent()
    try FileManager.default.createDirectory(atPath: parent.string, withIntermediateDirectories: true)
    let descriptor = try FileDescriptor.open(
      self, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o644))
    _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
  }

  /// The file's content; whatever is no UTF-8 shows as U+FFFD.
  package func readText() throws -> String { String(decoding: try readBytes(), as: UTF8.self) }

  package func readBytes() throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(self, .readOnly)
    return try descriptor.closeAfter {
      var bytes = [UInt8]()
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
      }
    }
  }
}
