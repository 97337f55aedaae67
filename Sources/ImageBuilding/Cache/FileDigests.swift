import Glibc
import Model
import OCI
import SystemPackage

/// The digests of a context's files, remembered from build to build for files whose inode has not changed since.
///
/// A file that was changed within the second before it was remembered is not, since a second change could have the same time.
final class FileDigests {
  private struct Known: Hashable {
    let digest: Digest
    let size: Int64
    let modified: Int64
    let changed: Int64
    let inode: UInt64
    let device: UInt64
  }

  private let file: FilePath
  private var known: [String: Known]?
  private var used: [String: Known] = [:]
  private var hasNews = false

  /// - Parameter context: the directory whose files are asked for.
  init(cache: FilePath, context: FilePath) {
    file = cache.appending("context-files").appending(Digest(of: context.bytes).hex)
  }

  func digest(of path: FilePath, status: FileStatus) throws -> Digest {
    let name = path.string
    let previous = known ?? load()
    known = previous
    if let entry = used[name] ?? previous[name], entry.size == status.size, entry.modified == status.modified,
      entry.changed == status.changed, entry.inode == status.inode, entry.device == status.device
    {
      used[name] = entry
      return entry.digest
    }
    let digest = try Digest.ofFile(at: path).digest
    used[name] = Known(
      digest: digest, size: status.size, modified: status.modified, changed: status.changed, inode: status.inode,
      device: status.device)
    hasNews = true
    return digest
  }

  /// Writes down what was asked for since.
  func save() throws {
    guard hasNews else { return }
    hasNews = false
    let directory = file.removingLastComponent()
    try directory.createDirectories()
    // The kernel's idea of now, in the clock that it dates files with.
    let now = try timeOfNewFile(in: directory)
    let lines = used.filter { $0.value.changed < now - 1_000_000_000 && !$0.key.contains("\n") }
      .sorted { $0.key < $1.key }
      .map { path, entry in
        "\(entry.digest.hex) \(entry.size) \(entry.modified) \(entry.changed) \(entry.inode) \(entry.device) \(path)\n"
      }
    try AtomicFile.write(Array(lines.joined().utf8), to: file)
  }

  private func timeOfNewFile(in directory: FilePath) throws -> Int64 {
    let path = directory.appending(".now-" + String(UInt64.random(in: .min ... .max), radix: 36))
    try AtomicFile.write([], to: path)
    defer { _ = path.withPlatformString { unlink($0) } }
    do { return try FileStatus(of: path).changed } catch { throw OCIError(error, "look at “\(path)”") }
  }

  private func load() -> [String: Known] {
    var bytes = [UInt8]()
    // Absent or damaged: then every file is read.
    guard let reader = try? FileReader(opening: file), (try? reader.readAll { bytes.append(contentsOf: $0) }) != nil
    else {
      return [:]
    }
    var known: [String: Known] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 6)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 7, let digest = try? Digest(hex: fields[0]), let size = Int64(fields[1]),
        let modified = Int64(fields[2]), let changed = Int64(fields[3]), let inode = UInt64(fields[4]),
        let device = UInt64(fields[5])
      else { continue }
      known[fields[6]] = Known(
        digest: digest, size: size, modified: modified, changed: changed, inode: inode, device: device)
    }
    return known
  }
}
