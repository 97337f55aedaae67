import CArchive
import Glibc
package import Model
package import SystemPackage

/// Reads the members of a tar archive one after another, through libarchive: ustar, PAX, GNU and older dialects, sparse files.
///
/// The archive may be compressed. Nothing is held but one piece at a time.
package final class TarReader {
  private let archive: OpaquePointer
  private let source: any ByteSource
  private let name: String
  private var hasher: SHA256Hasher
  private let output: UnsafeMutableRawBufferPointer
  /// What the source threw inside of libarchive's callback, which cannot throw.
  private var sourceFailure: (any Error)?
  private var sourceEnded = false
  /// Bytes of the decompressed archive read so far.
  package private(set) var position: Int64 = 0

  /// - Parameter name: what is read, for messages: "layer sha256:…".
  package convenience init(reading path: FilePath, name: String? = nil) throws {
    let name = name ?? "“\(path)”"
    try self.init(Compression(of: path).source(reading: path, name: name), name: name)
  }

  init(_ source: any ByteSource, name: String) throws {
    guard let archive = archive_read_new() else { preconditionFailure("libarchive has no memory for a reader") }
    self.archive = archive
    self.source = source
    self.name = name
    hasher = SHA256Hasher()
    output = .allocate(byteCount: 256 << 10, alignment: 64)
    archive_read_support_format_tar(archive)
    archive_read_set_callback_data(archive, Unmanaged.passUnretained(self).toOpaque())
    archive_read_set_read_callback(archive) { _, data, piece in
      guard let data, let piece else { return -1 }
      let reader = Unmanaged<TarReader>.fromOpaque(data).takeUnretainedValue()
      return reader.supply(piece)
    }
    guard archive_read_open1(archive) == ARCHIVE_OK else { throw failure() }
  }

  deinit {
    archive_read_free(archive)
    output.deallocate()
  }

  /// The next member, its path brought into the form that ``LayerEntry/path`` promises; nil at the end of the archive.
  /// - Throws: ``OCIError``: `.corrupt`, or `.unsafePath` when the path leaves the root.
  package func next() throws -> LayerEntry? {
    var header: OpaquePointer?
    switch archive_read_next_header(archive, &header) {
    case ARCHIVE_OK, ARCHIVE_WARN: break
    case ARCHIVE_EOF: return nil
    default: throw failure()
    }
    guard let header, let rawPath = archive_entry_pathname(header) else {
      throw OCIError(.corrupt, "\(name) has a member without a name")
    }
    guard let path = FilePath(cleaning: Array(UnsafeRawBufferPointer(start: rawPath, count: strlen(rawPath)))) else {
      throw OCIError(.unsafePath, "\(name) has a member “\(String(cString: rawPath))”, which leads out of its root")
    }
    return LayerEntry(
      path: path, kind: try kind(of: header, at: path), permissions: UInt16(archive_entry_perm(header) & 0o7777),
      userID: UInt32(truncatingIfNeeded: archive_entry_uid(header)),
      groupID: UInt32(truncatingIfNeeded: archive_entry_gid(header)),
      modificationTime: Int64(archive_entry_mtime(header)), extendedAttributes: extendedAttributes(of: header))
  }

  /// The next piece of the current file's content, empty at its end; valid until the next call.
  package func readContent() throws -> UnsafeRawBufferPointer {
    let count = archive_read_data(archive, output.baseAddress, output.count)
    guard count >= 0 else { throw failure() }
    return UnsafeRawBufferPointer(rebasing: output[..<count])
  }

  /// The whole content of the current file.
  /// - Throws: ``OCIError`` with `.unsupported` when it is longer than `limit` bytes.
  package func readContent(limit: Int) throws -> [UInt8] {
    var bytes = [UInt8]()
    while true {
      let piece = try readContent()
      if piece.isEmpty { return bytes }
      guard bytes.count + piece.count <= limit else {
        throw OCIError(.unsupported, "a member of \(name) has more than \(limit) bytes")
      }
      bytes.append(contentsOf: piece)
    }
  }

  /// Reads to the end of the input, past the end of the archive, and gives the digest of all its (decompressed) bytes.
  package func finish() throws -> Digest {
    while try !readSource().isEmpty {}
    return hasher.finalize()
  }

  private func readSource() throws -> UnsafeRawBufferPointer {
    if sourceEnded { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let piece = try source.nextPiece()
    sourceEnded = piece.isEmpty
    hasher.update(piece)
    position += Int64(piece.count)
    return piece
  }

  private func supply(_ piece: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do {
      let bytes = try readSource()
      piece.pointee = bytes.baseAddress
      return bytes.count
    } catch {
      sourceFailure = error
      return -1
    }
  }

  private func kind(of header: OpaquePointer, at path: FilePath) throws -> LayerEntry.Kind {
    if let rawTarget = archive_entry_hardlink(header) {
      let bytes = Array(UnsafeRawBufferPointer(start: rawTarget, count: strlen(rawTarget)))
      guard let target = FilePath(cleaning: bytes) else {
        throw OCIError(
          .unsafePath,
          "\(name) has a hard link “\(path)” to “\(String(cString: rawTarget))”, which leads out of its root")
      }
      return .hardLink(target: target)
    }
    switch archive_entry_filetype(header) & S_IFMT {
    case S_IFREG: return .file(size: archive_entry_size(header))
    case S_IFDIR: return .directory
    case S_IFLNK:
      guard let target = archive_entry_symlink(header) else {
        throw OCIError(.corrupt, "\(name) has a symbolic link “\(path)” without a target")
      }
      return .symbolicLink(target: Array(UnsafeRawBufferPointer(start: target, count: strlen(target))))
    case S_IFCHR:
      return .characterDevice(
        major: UInt32(truncatingIfNeeded: archive_entry_rdevmajor(header)),
        minor: UInt32(truncatingIfNeeded: archive_entry_rdevminor(header)))
    case S_IFBLK:
      return .blockDevice(
        major: UInt32(truncatingIfNeeded: archive_entry_rdevmajor(header)),
        minor: UInt32(truncatingIfNeeded: archive_entry_rdevminor(header)))
    case S_IFIFO: return .fifo
    default: throw OCIError(.unsupported, "\(name) has a member “\(path)” of an unknown type")
    }
  }

  private func extendedAttributes(of header: OpaquePointer) -> [String: [UInt8]] {
    var attributes = [String: [UInt8]]()
    archive_entry_xattr_reset(header)
    var key: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while archive_entry_xattr_next(header, &key, &value, &size) == ARCHIVE_OK {
      guard let key else { continue }
      attributes[String(cString: key)] = Array(UnsafeRawBufferPointer(start: value, count: size))
    }
    return attributes
  }

  private func failure() -> any Error {
    if let sourceFailure { return sourceFailure }
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
    return OCIError(.corrupt, "\(name) is not a whole tar archive: \(reason)")
  }
}

extension FilePath {
  /// The path without leading slash, `.` and `..`; nil when a `..` leads out of the root.
  init?(cleaning bytes: [UInt8]) {
    var components = [ArraySlice<UInt8>]()
    for component in bytes.split(separator: UInt8(ascii: "/")) {
      if component == [0x2e] { continue }
      if component == [0x2e, 0x2e] {
        guard components.popLast() != nil else { return nil }
      } else {
        components.append(component)
      }
    }
    self.init(bytes: Array(components.joined(separator: [UInt8(ascii: "/")])))
  }
}
