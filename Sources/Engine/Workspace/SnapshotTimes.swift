import Glibc
import OCI

/// When everything in a snapshot was modified, kept beside it.
///
/// Times are no part of a snapshot's root, so that the same tree always has the same digest, whenever it was made. Tools like make go by
/// them all the same: what is restored must be as much newer or older than the rest as it was. A content of its own therefore holds them:
/// a heading, and for each line of each directory, depth first, nanoseconds since 1970 as eight bytes, the lowest first. How many there
/// are the snapshot says.
struct SnapshotTimes: Sendable {
  private static let heading = Array("slipway-times-1\n".utf8)

  private let times: [Int64]
  /// Of each directory of the tree, where its lines begin.
  private let starts: [Int]

  /// - Parameter times: of each directory, depth first, those of its lines.
  static func encode(_ times: [[Int64]]) -> [UInt8] {
    var bytes = heading
    bytes.reserveCapacity(heading.count + times.reduce(0) { $0 + $1.count * 8 })
    for directory in times {
      for time in directory { withUnsafeBytes(of: time.littleEndian) { bytes.append(contentsOf: $0) } }
    }
    return bytes
  }

  /// Nil when the bytes are not the times of this tree.
  init?(decoding bytes: [UInt8], of tree: SnapshotTree) {
    guard bytes.starts(with: Self.heading) else { return nil }
    var starts = [Int](repeating: 0, count: tree.directories.count)
    var count = 0
    var pending = [0]
    while let number = pending.popLast() {
      starts[number] = count
      count += tree.directories[number].lines.count
      pending += tree.directories[number].children.reversed()
    }
    guard bytes.count == Self.heading.count + count * 8 else { return nil }
    self.starts = starts
    times = bytes.withUnsafeBytes { buffer in
      (0..<count).map { index in
        Int64(littleEndian: buffer.loadUnaligned(fromByteOffset: Self.heading.count + index * 8, as: Int64.self))
      }
    }
  }

  func time(directory: Int, line: Int) -> Int64 { times[starts[directory] + line] }

  /// What `utimensat` and its relatives are given: the time of the last access stays, the other one is this.
  static func stamps(_ modified: Int64) -> [timespec] {
    let (seconds, nanoseconds) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
    // Before 1970 the remainder is negative, which no file system takes.
    let isNegative = nanoseconds < 0
    return [
      // UTIME_OMIT, which Glibc's module hides.
      timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2),
      timespec(
        tv_sec: Int(seconds) - (isNegative ? 1 : 0), tv_nsec: Int(nanoseconds) + (isNegative ? 1_000_000_000 : 0)),
    ]
  }
}
