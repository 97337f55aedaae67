import OCI

/// One difference between two snapshots.
package struct SnapshotDifference: Hashable, Sendable {
  package enum Change: String, Hashable, Sendable {
    case added, removed
    /// Other bytes, or another target of a link.
    case content
    case mode
    /// A file has become a directory, or the like.
    case kind
  }

  /// From the workspace, percent-encoded as ``SnapshotLine`` does.
  package let path: String
  package let change: Change
}

/// Compares two snapshots; directories with the same digest are not looked into.
struct SnapshotComparison {
  let contents: SnapshotContents

  func compare(_ left: RawDigest, _ right: RawDigest) throws -> [SnapshotDifference] {
    var found = [SnapshotDifference]()
    try compare(left, right, at: [], into: &found)
    return found
  }

  private func compare(
    _ left: RawDigest, _ right: RawDigest, at path: [UInt8], into found: inout [SnapshotDifference]
  ) throws {
    if left == right { return }
    let (before, after) = (try lines(left), try lines(right))
    let others = Dictionary(after.map { ($0.name, $0) }) { first, _ in first }
    let names = Set(before.map(\.name))
    for line in before {
      let place = TreeWalk.join(path, line.name)
      guard let other = others[line.name] else {
        note(.removed, place, &found)
        continue
      }
      switch (line.content, other.content) {
      case (.directory(let one), .directory(let two)): try compare(one, two, at: place, into: &found)
      case (.file, .file), (.link, .link), (.sameFile, .sameFile):
        if line.content != other.content { note(.content, place, &found) }
      default:
        note(.kind, place, &found)
        continue
      }
      if line.mode != other.mode { note(.mode, place, &found) }
    }
    for line in after where !names.contains(line.name) { note(.added, TreeWalk.join(path, line.name), &found) }
  }

  private func note(_ change: SnapshotDifference.Change, _ path: [UInt8], _ found: inout [SnapshotDifference]) {
    found.append(SnapshotDifference(path: PercentEncoding.encode(path), change: change))
  }

  private func lines(_ digest: RawDigest) throws -> [SnapshotLine] {
    guard let lines = try contents.read(digest).withUnsafeBytes({ SnapshotLine.parse($0) }) else {
      throw SnapshotError(.blobUnusable(digest.digest, reason: "it is no directory of a snapshot"))
    }
    return lines
  }
}
