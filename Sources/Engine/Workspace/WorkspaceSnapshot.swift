import Glibc
package import Model
package import OCI
import Synchronization
package import SystemPackage

/// What was taken of a directory.
package struct WorkspaceSnapshot: Hashable, Sendable {
  /// Stands for all names, modes, link targets and contents below the directory.
  package let root: Digest
  package let files: Int
  /// Of all files together.
  package let bytes: Int64
  /// Of those, what was not in the store before.
  package let addedBytes: Int64
  /// Sockets, pipes and devices, from the directory: they mean nothing once their processes are gone.
  package let leftOut: [String]
}

/// Takes and restores the content of workspaces: a Merkle tree of digests over the blob store.
///
/// Each directory is a content of lines, sorted by the bytes of the names, each `KIND MODE CONTENT NAME` (see ``SnapshotLine``). The root's
/// digest stands for all names, modes, link targets and contents below it. Times and owners are not part of it, and neither is whether
/// zeros in a file are a hole: the same tree, made twice, has the same digest. Times are kept beside it (see ``SnapshotTimes``).
///
/// What is half-written is never taken for whole: contents are written to a pack, which is synced and then renamed, so that whatever has
/// its final name is complete; the stat cache, which vouches for contents being stored, is written after that, and the ledger's row after
/// both. When a power cut takes back the newest of these, an older state remains, or a row whose contents are missing, which a replay says.
package final class WorkspaceSnapshots: Sendable {
  /// Where a workspace's snapshots note what lasts longer than this process.
  package struct Notes: Hashable, Sendable {
    /// The files' stamps and digests as they were last seen.
    package let statCache: FilePath
    /// The roots that were taken, one a line: what must not be removed although no row of the ledger names it yet.
    package let roots: FilePath?
    /// Of each root that was taken when everything was modified, a line `ROOT TIMES` of two digests; the last one of a root counts.
    package let times: FilePath?

    package init(statCache: FilePath, roots: FilePath?, times: FilePath? = nil) {
      self.statCache = statCache
      self.roots = roots
      self.times = times
    }
  }

  private let blobs: BlobStore
  private let packs: BlobPacks
  /// What was last seen of each directory.
  private let known = Mutex<[FilePath: StatTable]>([:])
  private let noted = Mutex<[FilePath: Set<RawDigest>]>([:])
  /// The times that each root was noted with last.
  private let notedTimes = Mutex<[FilePath: [RawDigest: RawDigest]]>([:])
  private let now: @Sendable () -> Int64

  /// - Parameter now: the clock that files are dated by, in nanoseconds since 1970.
  package init(blobs: BlobStore, now: @escaping @Sendable () -> Int64 = WorkspaceSnapshots.fileSystemTime) {
    self.blobs = blobs
    self.now = now
    packs = BlobPacks(of: blobs)
  }

  package static let fileSystemTime: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Stores the directory's content and returns the digest of its root.
  package func take(of directory: FilePath) throws -> Digest {
    try snapshot(of: directory, notes: nil).root
  }

  /// Stores the directory's content. Only files are read whose stamps are not those of the last time.
  ///
  /// - Throws: what the file system or the store says; then nothing is noted.
  package func snapshot(of directory: FilePath, notes: Notes?) throws -> WorkspaceSnapshot {
    try snapshot(of: directory, notes: notes, selection: nil)
  }

  func snapshot(of directory: FilePath, notes: Notes?, selection: TreeSelection?) throws -> WorkspaceSnapshot {
    let intake = try ContentIntake(blobs: blobs, packs: packs)
    defer { intake.end() }
    let last = table(of: directory, notes)
    let (walked, assembly) = try look(at: directory, known: last, intake: intake, selection: selection)
    let table = assembly.table
    let times = try notes?.times.flatMap { try store(assembly.times, of: table.root, $0, intake) }
    try intake.commit()
    known.withLock { $0[directory] = table }
    if let notes {
      // Also when nothing has changed: the stat cache of a codebase is older than the run.
      if let roots = notes.roots { try note(table.root, in: roots) }
      if let file = notes.times, let times { try note(times, of: table.root, in: file) }
      let hasNews = walked.contains { !$0.unknown.isEmpty } || table.records.count != last.records.count
      if hasNews || table.root != last.root || last.directories.isEmpty {
        try StatCache(file: notes.statCache).save(table)
      }
    }
    intake.end()
    try packs.consolidate()
    return WorkspaceSnapshot(
      root: table.root.digest, files: assembly.fileCount, bytes: assembly.byteCount, addedBytes: intake.addedBytes,
      leftOut: walked.flatMap(\.leftOut).map { String(decoding: $0, as: UTF8.self) })
  }

  /// Whether the directory holds exactly what the snapshot says. Nothing is stored.
  package func matches(_ root: Digest, _ directory: FilePath, notes: Notes?) throws -> Bool {
    guard try FileStatus.unlessMissing(directory)?.kind == .directory else { return false }
    let (_, assembly) = try look(at: directory, known: table(of: directory, notes), intake: nil, selection: nil)
    return assembly.table.root == RawDigest(root)
  }

  /// Makes `directory`, which must not exist, as the snapshot says, and checks the root afterwards.
  ///
  /// - Parameter times: the digest of what ``times(of:notedIn:)`` found; nil leaves everything dated by its restoration.
  /// - Throws: ``SnapshotError`` when a blob is missing or holds other bytes than its digest says; nothing is left behind then.
  package func restore(_ root: Digest, to directory: FilePath, notes: Notes? = nil, times: Digest? = nil) throws {
    guard try FileStatus.unlessMissing(directory) == nil else { throw Errno.fileExists }
    do {
      try directory.removingLastComponent().createDirectories()
      let contents = try openContents()
      let tree = try SnapshotTree(root: root, contents: contents)
      let modified = try times.map { try Self.times($0, of: tree, contents) }
      var table = try SnapshotRestoration(contents: contents, directory: directory, now: now, times: modified)
        .restore(tree)
      table.device = try FileStatus(of: directory).device
      known.withLock { $0[directory] = table }
      guard try matches(root, directory, notes: notes) else {
        let found = try take(of: directory)
        throw SnapshotError(.rootDiffers(expected: root, found: found))
      }
      if let notes { try StatCache(file: notes.statCache).save(table) }
    } catch {
      known.withLock { $0[directory] = nil }
      FileTree.remove(directory)
      throw error
    }
  }

  /// Adds every content of a snapshot to `digests`, and the snapshot itself. What is missing is left out: nothing needs it any more.
  ///
  /// - Parameter seen: the directories that were looked into before. That a digest is among `digests` does not say so: somebody else may
  ///   have named it.
  package func collect(_ root: Digest, into digests: inout Set<RawDigest>, seen: inout Set<RawDigest>) throws {
    guard !seen.contains(RawDigest(root)) else { return }
    let contents = try openContents()
    var pending = [RawDigest(root)]
    while let digest = pending.popLast() {
      guard seen.insert(digest).inserted else { continue }
      digests.insert(digest)
      guard let bytes = try? contents.read(digest), let lines = bytes.withUnsafeBytes({ SnapshotLine.parse($0) })
      else { continue }
      for line in lines {
        switch line.content {
        case .file(let digest): digests.insert(digest)
        case .directory(let digest): pending.append(digest)
        case .link, .sameFile: break
        }
      }
    }
  }

  /// What differs between two snapshots, by path; contents that differ, modes, and what is in only one of them.
  package func differences(_ left: Digest, _ right: Digest) throws -> [SnapshotDifference] {
    if left == right { return [] }
    let contents = try openContents()
    return try SnapshotComparison(contents: contents).compare(RawDigest(left), RawDigest(right))
  }

  /// Reads every content of a snapshot, on all processors, and compares it with its digest. Nothing is written.
  ///
  /// - Throws: ``SnapshotError`` when one is missing or differs.
  package func verify(_ root: Digest) throws {
    let contents = try openContents()
    var found: Set<RawDigest> = []
    for directory in try SnapshotTree(root: root, contents: contents).directories {
      for case .file(let digest) in directory.lines.map(\.content) where digest != .empty { found.insert(digest) }
    }
    let digests = Array(found)
    try ParallelWork.forEach(digests.count, makeState: {}) { index, _ in try contents.check(digests[index]) }
  }

  /// The times that were noted last for a snapshot; nil where none were.
  package static func times(of root: Digest, notedIn file: FilePath) throws -> Digest? {
    try noted(in: file).last { $0.root == root }?.times
  }

  /// The lines of a file of times, each with the snapshot that it is about; none where there is no such file.
  package static func noted(in file: FilePath) throws -> [(root: Digest, times: Digest)] {
    guard try FileStatus.unlessMissing(file) != nil else { return [] }
    var bytes = [UInt8]()
    try FileReader(opening: file).readAll { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      // A power cut may have torn the last line.
      guard words.count == 2, let root = try? Digest(hex: String(words[0])),
        let times = try? Digest(hex: String(words[1]))
      else { return nil }
      return (root, times)
    }
  }

  private static func times(
    _ digest: Digest, of tree: SnapshotTree, _ contents: SnapshotContents
  ) throws -> SnapshotTimes {
    guard let times = SnapshotTimes(decoding: try contents.read(RawDigest(digest)), of: tree) else {
      throw SnapshotError(.blobUnusable(digest, reason: "it does not hold the times of the snapshot"))
    }
    return times
  }

  /// - Returns: nil when the snapshot was noted with these very times before.
  private func store(
    _ times: [[Int64]], of root: RawDigest, _ file: FilePath, _ intake: ContentIntake
  ) throws -> RawDigest? {
    let bytes = SnapshotTimes.encode(times)
    let digest = bytes.withUnsafeBytes { RawDigest(of: $0) }
    if notedTimes.withLock({ $0[file]?[root] }) == digest { return nil }
    if bytes.count > ContentIntake.largestPacked {
      try blobs.put(bytes)
    } else {
      try bytes.withUnsafeBytes { try intake.store(digest, $0) }
    }
    return digest
  }

  private func note(_ times: RawDigest, of root: RawDigest, in file: FilePath) throws {
    try Self.append("\(root.digest.hex) \(times.digest.hex)\n", to: file)
    notedTimes.withLock { $0[file, default: [:]][root] = times }
  }

  /// The root of the directory that a stat cache is about; nil when the file is no such cache.
  package static func root(notedIn statCache: FilePath) -> Digest? {
    StatCache(file: statCache).load()?.root.digest
  }

  func openContents() throws -> SnapshotContents {
    try packs.refresh()
    return SnapshotContents(blobs: blobs, packs: packs)
  }

  private func look(
    at directory: FilePath, known last: StatTable, intake: ContentIntake?, selection: TreeSelection?
  ) throws -> ([WalkedDirectory], SnapshotAssembly) {
    let device = try FileStatus(of: directory, followingLinks: true).device
    // Inodes belong to a file system.
    let last = last.device == device ? last : .empty
    let root = try TreeDirectory.open(directory)
    let walked = try TreeWalk(root: root, known: last, selection: selection).directories()
    try FileReading(path: directory, root: root, intake: intake, now: now).readAll(walked)
    var assembly = try SnapshotAssembly(walked, known: last, intake: intake)
    assembly.table.device = device
    return (walked, assembly)
  }

  private func table(of directory: FilePath, _ notes: Notes?) -> StatTable {
    if let table = known.withLock({ $0[directory] }) { return table }
    return notes.flatMap { StatCache(file: $0.statCache).load() } ?? .empty
  }

  /// Once for each file and root.
  private func note(_ root: RawDigest, in file: FilePath) throws {
    guard noted.withLock({ $0[file, default: []].insert(root).inserted }) else { return }
    try Self.append("\(root.digest.hex)\n", to: file)
  }

  private static func append(_ line: String, to file: FilePath) throws {
    try file.removingLastComponent().createDirectories()
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .append, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    try descriptor.closeAfter { _ = try descriptor.writeAll(line.utf8) }
  }
}

extension FileStatus {
  /// Nil when there is nothing at the path.
  static func unlessMissing(_ path: FilePath) throws -> FileStatus? {
    do {
      return try FileStatus(of: path)
    } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw error
    }
  }
}

/// Why a snapshot cannot be restored.
package struct SnapshotError: Error, Hashable {
  package enum Code: Hashable, Sendable {
    case blobUnusable(Digest, reason: String)
    case blobDiffers(expected: Digest, found: Digest)
    case rootDiffers(expected: Digest, found: Digest)
  }

  package let code: Code

  init(_ code: Code) { self.code = code }

  package var message: String {
    switch code {
    case .blobUnusable(let digest, let reason): "the snapshot's blob \(digest) cannot be used: \(reason)"
    case .blobDiffers(let expected, let found): "the snapshot's blob \(expected) holds other bytes: they are \(found)"
    case .rootDiffers(let expected, let found): "the restored workspace is \(found), and not \(expected) as recorded"
    }
  }

  /// What custody makes of it; nil when something is not there at all.
  func breach(of workspace: String) -> CustodyBreach? {
    switch code {
    case .blobUnusable: nil
    case .blobDiffers(let expected, let found), .rootDiffers(let expected, let found):
      CustodyBreach(.snapshotDiffers, path: workspace, expected: expected, found: found)
    }
  }
}
