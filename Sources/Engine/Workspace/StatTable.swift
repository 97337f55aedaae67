import OCI

/// A directory tree as the file system describes it, with the digest of every content that is known: flat arrays, parents before what is
/// in them, entries sorted by the bytes of their names.
struct StatTable: Sendable {
  /// One entry of a directory. Fixed in size, and stored as it is: see ``StatTable/encoded``.
  struct Record: Sendable, BitwiseCopyable {
    /// In bytes.
    var size: Int64 = 0
    /// Nanoseconds since 1970.
    var modified: Int64 = 0
    var changed: Int64 = 0
    var inode: UInt64 = 0
    /// Of a file its bytes, of a directory its lines.
    var digest: RawDigest = .empty
    /// Kind and permissions, as `stat` gives them.
    var mode: UInt32 = 0
    /// Where the name begins in ``StatTable/names``.
    var nameOffset: UInt32 = 0
    var nameLength: UInt16 = 0
    var flags: UInt16 = 0
    /// A directory's number; `UInt32.max` for everything else.
    var directory: UInt32 = .max

    /// The digest is that of the content that had this stamp, and no other content can have the same stamp.
    static let isSettled: UInt16 = 1
    /// The inode has other names.
    static let hasOtherNames: UInt16 = 2

    var isDirectory: Bool { directory != .max }

    func hasStamp(of other: Record) -> Bool {
      size == other.size && modified == other.modified && changed == other.changed && inode == other.inode
        && mode == other.mode
    }
  }

  /// Which records are a directory's entries.
  struct Range: Sendable, BitwiseCopyable {
    var first: UInt32
    var count: UInt32
  }

  var records: [Record] = []
  var directories: [Range] = []
  var names: [UInt8] = []
  /// Of the root's own lines.
  var root: RawDigest = .empty
  /// The file system that the tree is on: inodes are its own.
  var device: UInt64 = 0

  static let empty = StatTable()

  // MARK: As bytes

  private static let magic = Array("slipway-stat-2\n\0".utf8)
  private static let headerSize = 16 + 8 + 32 + 3 * 8

  /// For this machine to read again: numbers are as it keeps them, and a digest over all of it stands at the end.
  var encoded: [UInt8] {
    var bytes = [UInt8]()
    let recordBytes = records.count * MemoryLayout<Record>.stride
    bytes.reserveCapacity(Self.headerSize + recordBytes + directories.count * 8 + names.count + 32)
    bytes += Self.magic
    withUnsafeBytes(of: device) { bytes.append(contentsOf: $0) }
    root.append(to: &bytes)
    for count in [records.count, directories.count, names.count] {
      withUnsafeBytes(of: UInt64(count)) { bytes.append(contentsOf: $0) }
    }
    records.withUnsafeBytes { bytes.append(contentsOf: $0) }
    directories.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes += names
    bytes.withUnsafeBytes { RawDigest(of: $0) }.append(to: &bytes)
    return bytes
  }

  /// Nil when the bytes are not what ``encoded`` made: cut short, altered, of another version or machine.
  init?(decoding bytes: [UInt8]) {
    guard bytes.count >= Self.headerSize + 32, bytes.starts(with: Self.magic) else { return nil }
    let body = bytes.count - 32
    let isWhole = bytes.withUnsafeBytes { buffer in
      RawDigest(of: UnsafeRawBufferPointer(rebasing: buffer[..<body]))
        == RawDigest(loading: UnsafeRawBufferPointer(rebasing: buffer[body...]))
    }
    guard isWhole else { return nil }
    func number(_ offset: Int) -> UInt64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }
    device = number(16)
    root = bytes.withUnsafeBytes { RawDigest(loading: UnsafeRawBufferPointer(rebasing: $0[24...])) }
    let counts = (0..<3).map { Int(clamping: number(56 + $0 * 8)) }
    let recordBytes = counts[0].multipliedReportingOverflow(by: MemoryLayout<Record>.stride).partialValue
    let directoryBytes = counts[1].multipliedReportingOverflow(by: MemoryLayout<Range>.stride).partialValue
    guard counts.allSatisfy({ $0 < 1 << 32 }), Self.headerSize + recordBytes + directoryBytes + counts[2] == body
    else { return nil }
    records = Self.load(bytes, at: Self.headerSize, count: counts[0])
    directories = Self.load(bytes, at: Self.headerSize + recordBytes, count: counts[1])
    names = Array(bytes[(Self.headerSize + recordBytes + directoryBytes)..<body])
    // The digest says that these are our own bytes; that they make sense is asked all the same, since they are used as indices.
    let (recordCount, directoryCount, nameCount) = (records.count, directories.count, names.count)
    guard
      directories.allSatisfy({ Int($0.first) + Int($0.count) <= recordCount }),
      records.allSatisfy({
        Int($0.nameOffset) + Int($0.nameLength) <= nameCount
          && ($0.directory == .max || Int($0.directory) < directoryCount)
      })
    else { return nil }
  }

  init() {}

  private static func load<T: BitwiseCopyable>(_ bytes: [UInt8], at offset: Int, count: Int) -> [T] {
    [T](unsafeUninitializedCapacity: count) { buffer, filled in
      let size = count * MemoryLayout<T>.stride
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + size]))
      }
      filled = count
    }
  }
}
