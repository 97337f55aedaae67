import CArchive
import CISAL
package import SystemPackage

/// Bytes that come in pieces: a file as it is, or what is in it when it is decompressed.
protocol ByteSource: AnyObject {
  /// The next piece, empty at the end; valid until the next call.
  func nextPiece() throws -> UnsafeRawBufferPointer
}

extension FileReader: ByteSource {
  func nextPiece() throws -> UnsafeRawBufferPointer { try next() }
}

/// How a layer, or a tar archive that `ADD` unpacks, is compressed.
package enum Compression: Hashable, Sendable {
  case none, gzip, zstd, xz, bzip2

  /// Judges by the first bytes.
  package init(of path: FilePath) throws {
    let magic = try FileReader.firstBytes(of: path, count: 16)
    self =
      if magic.starts(with: [0x1f, 0x8b]) {
        .gzip
      } else if magic.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
        .zstd
      } else if magic.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) {
        .xz
      } else if magic.starts(with: [0x42, 0x5a, 0x68]) {
        .bzip2
      } else {
        .none
      }
  }

  /// The decompressed content of a file. `name` is for messages.
  func source(reading path: FilePath, name: String) throws -> any ByteSource {
    switch self {
    case .none: try FileReader(opening: path)
    case .gzip: GzipDecoder(try FileReader(opening: path), name: name)
    case .zstd, .xz, .bzip2: try FilterDecoder(reading: path, name: name)
    }
  }
}

/// Decompresses gzip with ISA-L; several members after each other are one stream, as in `gunzip`.
final class GzipDecoder: ByteSource {
  private let input: FileReader
  private let name: String
  private let state: UnsafeMutablePointer<inflate_state>
  private let output: UnsafeMutableRawBufferPointer
  private var isFinished = false

  init(_ input: FileReader, name: String) {
    self.input = input
    self.name = name
    state = .allocate(capacity: 1)
    output = .allocate(byteCount: 256 << 10, alignment: 64)
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
  }

  deinit {
    state.deallocate()
    output.deallocate()
  }

  func nextPiece() throws -> UnsafeRawBufferPointer {
    while !isFinished {
      state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      state.pointee.avail_out = UInt32(output.count)
      if state.pointee.block_state == ISAL_BLOCK_FINISH {
        guard try beginMember() else { break }
      }
      var inputEnded = false
      if state.pointee.avail_in == 0 { inputEnded = try !refill() }
      let result = isal_inflate(state)
      guard result == ISAL_DECOMP_OK || result == ISAL_END_INPUT else {
        let reason = result == ISAL_INCORRECT_CHECKSUM ? "its checksum is wrong" : "it is damaged"
        throw OCIError(.corrupt, "\(name) cannot be decompressed: \(reason)")
      }
      let produced = output.count - Int(state.pointee.avail_out)
      if produced > 0 { return UnsafeRawBufferPointer(rebasing: output[..<produced]) }
      if inputEnded, state.pointee.block_state != ISAL_BLOCK_FINISH {
        throw OCIError(.corrupt, "\(name) is truncated: the gzip stream ends early")
      }
    }
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private func refill() throws -> Bool {
    let piece = try input.next()
    state.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(piece.count)
    return !piece.isEmpty
  }

  /// After a member: another one, or the end. What follows and is no member is ignored, as gzip does with padding.
  private func beginMember() throws -> Bool {
    if state.pointee.avail_in == 0, try !refill() {
      isFinished = true
      return false
    }
    guard state.pointee.next_in.pointee == 0x1f else {
      isFinished = true
      return false
    }
    isal_inflate_reset(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
    return true
  }
}

/// Decompresses what libarchive knows and ISA-L does not.
final class FilterDecoder: ByteSource {
  private let archive: OpaquePointer
  private let name: String
  private let output: UnsafeMutableRawBufferPointer

  init(reading path: FilePath, name: String) throws {
    guard let archive = archive_read_new() else { preconditionFailure("libarchive has no memory for a reader") }
    self.archive = archive
    self.name = name
    output = .allocate(byteCount: 256 << 10, alignment: 64)
    archive_read_support_filter_zstd(archive)
    archive_read_support_filter_xz(archive)
    archive_read_support_filter_bzip2(archive)
    archive_read_support_format_raw(archive)
    let opened = path.withPlatformString { archive_read_open_filename(archive, $0, 256 << 10) }
    var entry: OpaquePointer?
    guard opened == ARCHIVE_OK, archive_read_next_header(archive, &entry) == ARCHIVE_OK else { throw failure() }
  }

  deinit {
    archive_read_free(archive)
    output.deallocate()
  }

  func nextPiece() throws -> UnsafeRawBufferPointer {
    let count = archive_read_data(archive, output.baseAddress, output.count)
    guard count >= 0 else { throw failure() }
    return UnsafeRawBufferPointer(rebasing: output[..<count])
  }

  private func failure() -> OCIError {
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
    return OCIError(.corrupt, "\(name) cannot be decompressed: \(reason)")
  }
}
