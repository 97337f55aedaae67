import FoundationEssentials
import Glibc
import Model
import OCI
import SystemPackage

/// Remembers which layer a step gave: a small JSON file for each key.
///
/// An entry whose layer is no longer in the blob store counts for nothing, and so does one that cannot be read.
struct LayerCache: Sendable {
  struct Entry: Codable, Hashable {
    /// Nil for a step that changed nothing.
    let layer: StageLayer?
  }

  private let directory: FilePath
  private let store: BlobStore

  init(directory: FilePath, store: BlobStore) {
    self.directory = directory
    self.store = store
  }

  func entry(for key: Digest) -> Entry? {
    let path = path(of: key)
    // A missing or damaged entry only means that the step is done again.
    guard let size = try? FileStatus(of: path).size, size > 0, size < 1 << 16,
      let bytes = try? FileReader.firstBytes(of: path, count: Int(size)),
      let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes))
    else { return nil }
    if let layer = entry.layer, !store.contains(layer.descriptor.digest) { return nil }
    return entry
  }

  func store(_ entry: Entry, for key: Digest) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(entry)), to: path(of: key))
  }

  private func path(of key: Digest) -> FilePath { directory.appending(key.hex + ".json") }
}

/// Writes small files that may be lost but never half there.
enum AtomicFile {
  static func write(_ bytes: [UInt8], to path: FilePath) throws {
    let directory = path.removingLastComponent()
    try directory.createDirectories()
    let temporary = directory.appending(".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
    do {
      let file = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o644))
      _ = try file.closeAfter { try file.writeAll(bytes) }
    } catch let failure as Errno {
      throw OCIError(failure, "write “\(temporary)”")
    }
    let result = temporary.withPlatformString { from in path.withPlatformString { rename(from, $0) } }
    guard result == 0 else { throw OCIError(Errno(rawValue: errno), "write “\(path)”") }
  }
}
