import Glibc
import OCI
import SystemPackage

/// Keeps a workspace's ``StatTable`` in a file, so that the next process too reads only what has changed.
///
/// The file is replaced as a whole: of two processes that write it one comes last, and every entry is true whoever wrote it, since it is
/// only believed for a file that has exactly the same stamp. It is never synced: one that a power cut has torn does not pass its digest
/// and is made anew.
struct StatCache: Sendable {
  let file: FilePath

  /// Nil when there is none, or none that can be used: then everything is read.
  func load() -> StatTable? {
    guard let reader = try? FileReader(opening: file, chunkSize: 4 << 20) else { return nil }
    var bytes = [UInt8]()
    guard (try? reader.readAll { bytes.append(contentsOf: $0) }) != nil else { return nil }
    return StatTable(decoding: bytes)
  }

  func save(_ table: StatTable) throws {
    let directory = file.removingLastComponent()
    try directory.createDirectories()
    let temporary = directory.appending(".stat-\(getpid())-" + String(UInt64.random(in: .min ... .max), radix: 36))
    let bytes = table.encoded
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
      guard temporary.withPlatformString({ from in file.withPlatformString { rename(from, $0) } }) == 0 else {
        throw Errno(rawValue: errno)
      }
    } catch {
      _ = temporary.withPlatformString { unlink($0) }
      throw error
    }
  }
}
