import Glibc
package import SystemPackage

/// Many small contents in one file, because making a file of its own for each costs far more than writing its bytes.
///
/// The file: 16 bytes that say what it is, the contents one behind the other, a table of (digest, offset, length) in the digests' order,
/// and a footer with the table's place, its length and its digest. It is named by the digest of its table. It is written under another
/// name, synced and then renamed, so that a pack is there whole or not at all; nothing in it ever changes.
package final class BlobPack: Sendable {
  /// Where a content lies.
  package struct Place: Hashable, Sendable {
    package let offset: Int64
    package let length: Int
  }

  static let magic = Array("slipway-pack-1\n\0".utf8)
  static let recordSize = 48
  static let footerSize = 64
  static let fileExtension = "pack"

  package let path: FilePath
  private let descriptor: FileDescriptor
  private let table: [UInt8]
  package let count: Int
  /// Of the whole file, in bytes.
  package let size: Int64

  /// - Throws: ``OCIError``: `.notFound`, or `.corrupt` when the file is no pack or its table is damaged. The contents are checked when they
  ///   are read.
  package init(at path: FilePath) throws(OCIError) {
    self.path = path
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    } catch {
      throw OCIError((error as? Errno) ?? .ioError, "open “\(path)”")
    }
    do {
      let size = try FileStatus(of: descriptor).size
      let footerOffset = size - Int64(Self.footerSize)
      guard footerOffset >= Int64(Self.magic.count) else { throw OCIError(.corrupt, "“\(path)” is cut short") }
      let footer = try Self.read(descriptor, at: footerOffset, count: Self.footerSize)
      let count = Self.number(footer, 0)
      let offset = Self.number(footer, 8)
      guard Array(footer[48...]) == Self.magic, count >= 0, count < 1 << 40, offset >= 0,
        offset + count * Int64(Self.recordSize) == footerOffset
      else { throw OCIError(.corrupt, "“\(path)” is no pack, or it is damaged at its end") }
      let table = try Self.read(descriptor, at: offset, count: Int(count) * Self.recordSize)
      let recorded = footer.withUnsafeBytes { RawDigest(loading: UnsafeRawBufferPointer(rebasing: $0[16..<48])) }
      guard table.withUnsafeBytes({ RawDigest(of: $0) }) == recorded else {
        throw OCIError(.corrupt, "the table of “\(path)” is damaged")
      }
      self.descriptor = descriptor
      self.table = table
      self.count = Int(count)
      self.size = size
    } catch {
      // Nothing was written, so closing has nothing to report.
      try? descriptor.close()
      if let error = error as? OCIError { throw error }
      throw OCIError((error as? Errno) ?? .ioError, "read “\(path)”")
    }
  }

  deinit {
    // Nothing was written, so closing has nothing to report.
    try? descriptor.close()
  }

  /// Where the content with this digest lies; nil when it is not in here.
  package func place(of digest: RawDigest) -> Place? {
    guard count > 0 else { return nil }
    return table.withUnsafeBytes { bytes in
      // Digests are spread evenly, so that the place can be guessed to within a few.
      let guess = Int(truncatingIfNeeded: digest.prefix.multipliedFullWidth(by: UInt64(count)).high)
      var reach = 8
      var low = max(0, guess - reach)
      while low > 0, key(low, bytes) > digest {
        reach *= 4
        low = max(0, guess - reach)
      }
      reach = 8
      var high = min(count, guess + reach)
      while high < count, key(high - 1, bytes) < digest {
        reach *= 4
        high = min(count, guess + reach)
      }
      while low < high {
        let middle = (low + high) / 2
        let found = key(middle, bytes)
        if found == digest { return place(middle, bytes) }
        if found < digest { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// All that is in here, in the digests' order.
  package func forEach(_ body: (RawDigest, Place) throws -> Void) rethrows {
    try table.withUnsafeBytes { bytes in
      for index in 0..<count { try body(key(index, bytes), place(index, bytes)) }
    }
  }

  /// Reads a content into the beginning of `buffer`, which is as long at least; unchecked.
  /// - Throws: ``OCIError``.
  package func read(_ place: Place, into buffer: UnsafeMutableRawBufferPointer) throws(OCIError) {
    var done = 0
    while done < place.length {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<place.length])
      let count = pread(descriptor.rawValue, rest.baseAddress, rest.count, off_t(place.offset) + off_t(done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw count == 0
          ? OCIError(.corrupt, "“\(path)” is cut short") : OCIError(Errno(rawValue: errno), "read “\(path)”")
      }
      done += count
    }
  }

  private func key(_ index: Int, _ table: UnsafeRawBufferPointer) -> RawDigest {
    RawDigest(loading: UnsafeRawBufferPointer(rebasing: table[(index * Self.recordSize)...]))
  }

  private func place(_ index: Int, _ table: UnsafeRawBufferPointer) -> Place {
    let offset = table.loadUnaligned(fromByteOffset: index * Self.recordSize + 32, as: Int64.self)
    let length = table.loadUnaligned(fromByteOffset: index * Self.recordSize + 40, as: Int64.self)
    return Place(offset: Int64(littleEndian: offset), length: Int(Int64(littleEndian: length)))
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> Int64 {
    Int64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int64.self) })
  }

  private static func read(_ descriptor: FileDescriptor, at offset: Int64, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
        let read = try descriptor.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
        guard read > 0 else { throw Errno.ioError }
        filled += read
      }
    }
  }
}
