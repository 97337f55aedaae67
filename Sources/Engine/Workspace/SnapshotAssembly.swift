import Glibc
import OCI

/// Makes the lines of all directories from what was found in them, and with them the digest of the root.
struct SnapshotAssembly {
  private let directories: [WalkedDirectory]
  private let known: StatTable
  private let intake: ContentIntake?
  var table = StatTable()
  private(set) var fileCount = 0
  private(set) var byteCount: Int64 = 0
  /// Of each directory, as the table numbers them, when what its lines are about was modified.
  private(set) var times: [[Int64]] = []
  /// The first name of every inode that has several.
  private var firstNames: [UInt64: [UInt8]] = [:]

  init(_ directories: [WalkedDirectory], known: StatTable, intake: ContentIntake?) throws {
    self.directories = directories
    self.known = known
    self.intake = intake
    table.records.reserveCapacity(directories.reduce(0) { $0 + $1.records.count })
    table.root = try add(directories[0], previous: known.directories.isEmpty ? nil : known.root).digest
  }

  /// - Parameter previous: the digest that the directory had the last time, whose lines are stored therefore.
  private mutating func add(
    _ directory: WalkedDirectory, previous: RawDigest?
  ) throws -> (digest: RawDigest, number: UInt32) {
    let number = table.directories.count
    let first = table.records.count
    let base = UInt32(table.names.count)
    let present = directory.records.indices.filter { !directory.gone.contains($0) }
    table.names += directory.names
    for index in present {
      var record = directory.records[index]
      record.nameOffset += base
      table.records.append(record)
    }
    table.directories.append(StatTable.Range(first: UInt32(first), count: UInt32(present.count)))
    times.append([])

    var lines = [UInt8]()
    lines.reserveCapacity(present.count * 96)
    var modified = [Int64]()
    modified.reserveCapacity(present.count)
    var subdirectories = directory.subdirectories[...]
    for (position, index) in present.enumerated() {
      let record = directory.records[index]
      let mode = UInt16(record.mode & 0o7777)
      switch record.mode & S_IFMT {
      case S_IFDIR:
        guard let subdirectory = subdirectories.popFirst() else {
          preconditionFailure("a directory that was found is not among its parent's")
        }
        if subdirectory.isGone { continue }
        let isKnown = subdirectory.known != nil
        let (digest, child) = try add(subdirectory, previous: isKnown ? record.digest : nil)
        table.records[first + position].directory = child
        table.records[first + position].digest = digest
        SnapshotLine.append(.directory(digest), mode, directory.name(index), to: &lines)
        modified.append(record.modified)
      case S_IFLNK:
        guard let target = directory.linkTargets[index] else { continue }
        SnapshotLine.append(.link(target), 0o777, directory.name(index), to: &lines)
        modified.append(record.modified)
      default:
        modified.append(record.modified)
        if record.flags & StatTable.Record.hasOtherNames != 0 {
          if let other = firstNames[record.inode] {
            SnapshotLine.append(.sameFile(other), mode, directory.name(index), to: &lines)
            continue
          }
          firstNames[record.inode] = directory.path(index)
        }
        fileCount += 1
        byteCount += record.size
        SnapshotLine.append(.file(record.digest), mode, directory.name(index), to: &lines)
      }
    }
    times[number] = modified
    let digest = try lines.withUnsafeBytes { bytes in
      let digest = RawDigest(of: bytes)
      if digest != previous { try intake?.store(digest, bytes) }
      return digest
    }
    return (digest, UInt32(number))
  }
}
