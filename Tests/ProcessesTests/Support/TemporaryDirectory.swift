import FoundationEssentials
import Glibc
import SystemPackage

/// A directory of its own for the length of `body`, open to every user.
func withTemporaryDirectory<Result>(
  _ body: (FilePath) async throws -> Result
) async throws -> Result {
  let path = FilePath("/tmp/slipway-processes-\(UUID().uuidString)")
  try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  _ = path.withPlatformString { chmod($0, 0o755) }
  do {
    let result = try await body(path)
    try FileManager.default.removeItem(atPath: path.string)
    return result
  } catch {
    // The failure of the test itself is what counts.
    try? FileManager.default.removeItem(atPath: path.string)
    throw error
  }
}

func makeDirectory(_ path: FilePath) throws {
  try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  _ = path.withPlatformString { chmod($0, 0o755) }
}

func write(_ text: String, to path: FilePath, permissions: mode_t = 0o644) throws {
  try Data(text.utf8).write(to: URL(filePath: path.string))
  _ = path.withPlatformString { chmod($0, permissions) }
}

func contents(of path: FilePath) throws -> String {
  String(decoding: try Data(contentsOf: URL(filePath: path.string)), as: UTF8.self)
}

func exists(_ path: FilePath) -> Bool {
  var status = stat()
  return path.withPlatformString { lstat($0, &status) == 0 }
}

/// Everything below `path`, relative to it, in order.
func tree(_ path: FilePath) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: path.string).sorted()
}

func status(of path: FilePath) throws -> stat {
  var status = stat()
  guard path.withPlatformString({ lstat($0, &status) }) == 0 else { throw Errno(rawValue: errno) }
  return status
}
