import CArchive
import Glibc
package import SystemPackage

/// A tar archive of some files and directories of one directory, with their modes and times.
package enum DirectoryArchive {
  package enum Format: Hashable, Sendable {
    case tar, gzip, zstd
  }

  /// Writes the archive beside its destination and gives it its name when it is whole. Sockets, pipes and devices are left out.
  ///
  /// - Parameters:
  ///   - members: relative to `root`, without `..`; directories with everything in them. What is not there is left out.
  /// - Returns: how many files, directories and links are in it.
  /// - Throws: ``OCIError``.
  @discardableResult
  package static func write(
    _ members: [FilePath], of root: FilePath, to destination: FilePath, format: Format
  ) throws -> Int {
    let parent = destination.removingLastComponent()
    try parent.createDirectories()
    let temporary = try TemporaryFile(in: parent)
    let writer = try Writer(to: temporary.path, format: format)
    for member in members {
      guard member.isLexicallyInside else {
        throw OCIError(.unsafePath, "“\(member)” cannot be a path in an archive")
      }
      try writer.add(member, of: root)
    }
    try writer.finish()
    try temporary.rename(to: destination, permissions: [.ownerReadWrite, .groupRead, .otherRead])
    return writer.count
  }

  private final class Writer {
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let path: FilePath
    private(set) var count = 0

    init(to path: FilePath, format: Format) throws {
      guard let archive = archive_write_new(), let entry = archive_entry_new() else {
        preconditionFailure("libarchive has no memory for a writer")
      }
      self.archive = archive
      self.entry = entry
      self.path = path
      archive_write_set_format_pax_restricted(archive)
      switch format {
      case .tar: break
      case .gzip: archive_write_add_filter_gzip(archive)
      case .zstd: archive_write_add_filter_zstd(archive)
      }
      guard path.withPlatformString({ archive_write_open_filename(archive, $0) }) == ARCHIVE_OK else { throw failure() }
    }

    deinit {
      archive_entry_free(entry)
      archive_write_free(archive)
    }

    func add(_ member: FilePath, of root: FilePath) throws {
      let file = root.pushing(member)
      let status: FileStatus
      do {
        status = try FileStatus(of: file)
      } catch {
        if error == .noSuchFileOrDirectory { return }
        throw OCIError(error, "look at “\(file)”")
      }
      // Of <sys/stat.h>; libarchive's own names for them are macros that Swift does not see.
      let type: UInt32
      switch status.kind {
      case .file: type = 0o100000
      case .directory: type = 0o040000
      case .symbolicLink: type = 0o120000
      default: return
      }
      if !member.isEmpty {
        archive_entry_clear(entry)
        archive_entry_set_filetype(entry, type)
        archive_entry_set_perm(entry, mode_t(status.permissions))
        archive_entry_set_uid(entry, Int64(status.userID))
        archive_entry_set_gid(entry, Int64(status.groupID))
        archive_entry_set_mtime(
          entry, time_t(status.modified / 1_000_000_000), Int(status.modified % 1_000_000_000))
        archive_entry_set_size(entry, status.kind == .file ? status.size : 0)
        member.withPlatformString { archive_entry_copy_pathname(entry, $0) }
        if status.kind == .symbolicLink {
          let target = try SymbolicLink.target(of: file).map { CChar(bitPattern: $0) } + [0]
          archive_entry_copy_symlink(entry, target)
        }
        guard archive_write_header(archive, entry) >= ARCHIVE_WARN else { throw failure() }
        count += 1
      }
      switch status.kind {
      case .file: try addContent(of: file, size: status.size)
      case .directory:
        for name in try DirectoryListing.names(in: file) { try add(member.appending(name), of: root) }
      default: break
      }
    }

    private func addContent(of file: FilePath, size: Int64) throws {
      var remaining = size
      let reader = try FileReader(opening: file)
      while remaining > 0 {
        let piece = try reader.next(limit: remaining)
        // The file became shorter meanwhile: libarchive fills the rest with zeros.
        if piece.isEmpty { break }
        guard archive_write_data(archive, piece.baseAddress, piece.count) == piece.count else { throw failure() }
        remaining -= Int64(piece.count)
      }
    }

    func finish() throws {
      guard archive_write_close(archive) == ARCHIVE_OK else { throw failure() }
    }

    private func failure() -> OCIError {
      let code = archive_errno(archive)
      let reason = archive_error_string(archive).map { String(cString: $0) } ?? "for no reason that libarchive knows"
      return OCIError(
        code == ENOSPC || code == EDQUOT ? .noSpace : .inputOutput, "cannot write the archive “\(path)”: \(reason)",
        cause: code == 0 ? nil : Errno(rawValue: code))
    }
  }
}
