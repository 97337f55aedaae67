import Engine
import Glibc
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct SnapshotStorageTests {
  private struct Bench: Sendable {
    let root: FilePath
    let workspace: FilePath
    let blobs: BlobStore
    let notes: WorkspaceSnapshots.Notes

    init(_ root: FilePath) throws {
      self.root = root
      workspace = root.appending("workspace")
      blobs = BlobStore(root: root.appending("blobs"))
      notes = .init(statCache: root.pushing("notes/stat"), roots: root.pushing("notes/roots"))
      try workspace.createDirectories()
    }

    /// As another process would: with nothing in memory.
    var snapshots: WorkspaceSnapshots { WorkspaceSnapshots(blobs: blobs) }
    /// With a clock that is far ahead: every file counts as old.
    var later: WorkspaceSnapshots { WorkspaceSnapshots(blobs: blobs) { .max } }

    func packs() throws -> [FilePath] {
      let packs = BlobPacks(of: blobs)
      try packs.refresh()
      return packs.all.map(\.path)
    }

    /// Changes one byte in the middle of the only pack.
    func damagePack() throws {
      let path = try #require(try packs().first)
      var bytes = try path.readBytes()
      bytes[20] ^= 1
      FileTree.remove(path)
      try path.write(bytes)
    }
  }

  private static func withBench(_ work: (Bench) throws -> Void) throws {
    try TemporaryDirectory.with { root in try work(Bench(root)) }
  }

  private static func inode(_ path: FilePath) throws -> UInt64 { try FileStatus(of: path).inode }

  @Test func `small contents share one pack, each once`() throws {
    try Self.withBench { bench in
      for number in 0..<300 {
        try bench.workspace.pushing(FilePath("d\(number % 7)/f\(number)")).write("content \(number % 100)")
      }
      let taken = try bench.snapshots.snapshot(of: bench.workspace, notes: nil)
      #expect(taken.files == 300)
      #expect(try bench.packs().count == 1)
      #expect(try bench.blobs.isStored(Digest(of: Array("content 42".utf8))))
      #expect(!bench.blobs.contains(Digest(of: Array("content 42".utf8))))
      let again = try bench.snapshots.snapshot(of: bench.workspace, notes: nil)
      #expect(again.root == taken.root)
      #expect(again.addedBytes == 0)
      #expect(try bench.packs().count == 1)
    }
  }

  @Test func `hard links are one file again, also across directories`() throws {
    try Self.withBench { bench in
      try bench.workspace.pushing("b/one").write("shared")
      try bench.workspace.pushing("a/x").write("own")
      let (one, two) = (bench.workspace.pushing("b/one"), bench.workspace.pushing("a/two"))
      #expect(one.withPlatformString { from in two.withPlatformString { link(from, $0) } } == 0)
      let root = try bench.snapshots.take(of: bench.workspace)
      let copy = bench.root.appending("copy")
      try bench.snapshots.restore(root, to: copy)
      #expect(try Self.inode(copy.pushing("a/two")) == Self.inode(copy.pushing("b/one")))
      #expect(try FileStatus(of: copy.pushing("a/x")).linkCount == 1)
      #expect(try copy.pushing("b/one").readText() == "shared")
    }
  }

  @Test func `a sparse file stays sparse, and a large one whole`() throws {
    try Self.withBench { bench in
      let size = 64 << 20
      let file = bench.workspace.appending("sparse")
      try file.write("beginning")
      #expect(file.withPlatformString { truncate($0, off_t(size)) } == 0)
      let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 4) }
      try bench.workspace.appending("large").write(large)
      let root = try bench.snapshots.take(of: bench.workspace)
      let copy = bench.root.appending("copy")
      try bench.snapshots.restore(root, to: copy)
      var status = stat()
      #expect(copy.appending("sparse").withPlatformString { lstat($0, &status) } == 0)
      #expect(status.st_size == size)
      #expect(status.st_blocks * 512 < 4 << 20)
      #expect(try copy.appending("large").readBytes() == large)
    }
  }

  @Test func `names that are no UTF-8, empty directories and special modes come back`() throws {
    try Self.withBench { bench in
      let odd = FilePath(platformString: [CChar(bitPattern: 0xFF), CChar(bitPattern: 0xC3), 0x25, 0])
      try bench.workspace.pushing(odd).write("odd")
      try bench.workspace.pushing("empty/inside").createDirectories()
      try bench.workspace.appending("tool").write("#!")
      #expect(bench.workspace.appending("tool").withPlatformString { chmod($0, 0o6755) } == 0)
      #expect(bench.workspace.appending("empty").withPlatformString { chmod($0, 0o1750) } == 0)
      let root = try bench.snapshots.take(of: bench.workspace)
      let copy = bench.root.appending("copy")
      try bench.snapshots.restore(root, to: copy)
      #expect(try copy.pushing(odd).readText() == "odd")
      #expect(try FileStatus(of: copy.pushing("empty/inside")).kind == .directory)
      #expect(try FileStatus(of: copy.appending("tool")).permissions == 0o6755)
      #expect(try FileStatus(of: copy.appending("empty")).permissions == 0o1750)
      #expect(try bench.snapshots.take(of: copy) == root)
    }
  }

  @Test func `pipes are left out, and named`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("a").write("a")
      let before = try bench.snapshots.take(of: bench.workspace)
      #expect(bench.workspace.appending("pipe").withPlatformString { mkfifo($0, 0o600) } == 0)
      let taken = try bench.snapshots.snapshot(of: bench.workspace, notes: nil)
      #expect(taken.root == before)
      #expect(taken.leftOut == ["pipe"])
    }
  }

  @Test func `a hundred thousand files come back`() throws {
    // In memory where the machine has a place there: a disk would need minutes for as many.
    let memory = "/dev/shm/slipway-test-\(getpid())"
    let root: FilePath = mkdir(memory, 0o700) == 0 ? FilePath(memory) : FilePath("/tmp/slipway-test-many-\(getpid())")
    defer { FileTree.remove(root) }
    let bench = try Bench(root)
    for directory in 0..<100 {
      let path = bench.workspace.appending("d\(directory)")
      try path.createDirectories()
      for file in 0..<1000 {
        let descriptor = path.appending("f\(file)").withPlatformString { open($0, O_CREAT | O_WRONLY, 0o644) }
        if file % 10 == 0 { #expect(write(descriptor, "\(directory * 1000 + file)", 1) == 1) }
        close(descriptor)
      }
    }
    let taken = try bench.snapshots.snapshot(of: bench.workspace, notes: nil)
    #expect(taken.files == 100_000)
    let copy = bench.root.appending("copy")
    try bench.snapshots.restore(taken.root, to: copy)
    #expect(try bench.snapshots.take(of: copy) == taken.root)
  }

  @Test func `another process reads only what has changed`() throws {
    try Self.withBench { bench in
      try bench.workspace.pushing("d/same").write("same")
      try bench.workspace.pushing("d/other").write("before")
      let first = try bench.later.snapshot(of: bench.workspace, notes: bench.notes)
      // What is not read cannot be missed: with its contents gone, only the stat cache knows them.
      for pack in try bench.packs() { FileTree.remove(pack) }
      try bench.workspace.pushing("d/other").write("after it")
      let second = try bench.later.snapshot(of: bench.workspace, notes: bench.notes)
      #expect(second.root != first.root)
      #expect(try !bench.blobs.isStored(Digest(of: Array("same".utf8))))
      #expect(try bench.blobs.isStored(Digest(of: Array("after it".utf8))))
    }
  }

  @Test func `a file that is written again at once, in the same length, is read again by another process`() throws {
    try Self.withBench { bench in
      for number in 0..<30 {
        try bench.workspace.appending("file").write("content \(100 + number)")
        let root = try bench.snapshots.snapshot(of: bench.workspace, notes: bench.notes).root
        let copy = bench.root.appending("copy")
        FileTree.remove(copy)
        try bench.snapshots.restore(root, to: copy)
        #expect(try copy.appending("file").readText() == "content \(100 + number)")
      }
    }
  }

  @Test(arguments: [0, 1, 40, 200])
  func `a damaged stat cache is made anew`(position: Int) throws {
    try Self.withBench { bench in
      try bench.workspace.pushing("d/file").write("content")
      let first = try bench.later.snapshot(of: bench.workspace, notes: bench.notes)
      var bytes = try bench.notes.statCache.readBytes()
      bytes[min(position, bytes.count - 1)] ^= 0x40
      try bench.notes.statCache.write(position == 1 ? Array(bytes.prefix(50)) : bytes)
      #expect(try bench.later.snapshot(of: bench.workspace, notes: bench.notes).root == first.root)
      #expect(try bench.later.matches(first.root, bench.workspace, notes: bench.notes))
    }
  }

  @Test func `several at once may take snapshots of one workspace`() async throws {
    try await TemporaryDirectory.with { root in
      let bench = try Bench(root)
      for number in 0..<200 {
        try bench.workspace.pushing(FilePath("d\(number % 5)/f\(number)")).write("content \(number)")
      }
      let roots = try await withThrowingTaskGroup(of: Digest.self) { group in
        for _ in 0..<6 {
          group.addTask { try await bench.snapshots.takeAside(of: bench.workspace, notes: bench.notes).root }
        }
        return try await group.reduce(into: Set<Digest>()) { $0.insert($1) }
      }
      #expect(roots.count == 1)
      let only = try #require(roots.first)
      try bench.snapshots.verify(only)
      #expect(try bench.snapshots.matches(only, bench.workspace, notes: bench.notes))
    }
  }

  @Test func `a damaged pack is refused with both digests, and nothing is left behind`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("file").write("some content")
      let root = try bench.snapshots.take(of: bench.workspace)
      try bench.damagePack()
      let copy = bench.root.appending("copy")
      let error = #expect(throws: SnapshotError.self) { try bench.snapshots.restore(root, to: copy) }
      guard case .blobDiffers(let expected, let found)? = error?.code else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(expected == Digest(of: Array("some content".utf8)))
      #expect(found != expected)
      #expect(throws: Errno.noSuchFileOrDirectory) { try FileStatus(of: copy) }
    }
  }

  @Test(arguments: [12, 2 << 20])
  func `contents are compared with their digests without restoring anything`(size: Int) throws {
    try Self.withBench { bench in
      let content = [UInt8](repeating: 0x61, count: size)
      try bench.workspace.appending("file").write(content)
      let root = try bench.snapshots.take(of: bench.workspace)
      try bench.snapshots.verify(root)
      let digest = Digest(of: content)
      let packs = BlobPacks(of: bench.blobs)
      try packs.refresh()
      let (stored, offset) =
        packs.find(RawDigest(digest)).map { ($0.0.path, Int($0.1.offset)) } ?? (bench.blobs.path(of: digest), 0)
      var bytes = try stored.readBytes()
      bytes[offset] = 0x62
      FileTree.remove(stored)
      try stored.write(bytes)
      let error = #expect(throws: SnapshotError.self) { try bench.snapshots.verify(root) }
      guard case .blobDiffers(let expected, let found)? = error?.code else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(expected == digest && found != digest)
    }
  }

  @Test func `a missing pack is named by what was in it`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("file").write("some content")
      let root = try bench.snapshots.take(of: bench.workspace)
      for pack in try bench.packs() { FileTree.remove(pack) }
      let error = #expect(throws: SnapshotError.self) {
        try bench.snapshots.restore(root, to: bench.root.appending("copy"))
      }
      #expect(error?.message.contains(root.description) == true)
      #expect(throws: SnapshotError.self) { try bench.snapshots.verify(root) }
    }
  }

  @Test func `many small packs are put together`() throws {
    try Self.withBench { bench in
      var roots = [Digest]()
      for number in 0..<40 {
        try bench.workspace.appending("file").write("content \(number)")
        roots.append(try bench.snapshots.take(of: bench.workspace))
      }
      #expect(try bench.packs().count <= 18)
      for root in roots { try bench.snapshots.verify(root) }
    }
  }

  @Test func `what is no longer needed is taken out of a pack, and the rest stays`() throws {
    try Self.withBench { bench in
      for number in 0..<50 { try bench.workspace.appending("f\(number)").write("content \(number)") }
      let first = try bench.snapshots.take(of: bench.workspace)
      for number in 0..<40 { FileTree.remove(bench.workspace.appending("f\(number)")) }
      let second = try bench.snapshots.take(of: bench.workspace)
      // Somebody has named the root already: what it holds is needed all the same.
      var needed: Set<RawDigest> = [RawDigest(second)]
      var seen: Set<RawDigest> = []
      try bench.snapshots.collect(second, into: &needed, seen: &seen)
      let packs = BlobPacks(of: bench.blobs)
      let lock = try packs.lock(exclusively: true)
      try packs.refresh()
      #expect(try packs.rewrite(packs.all) { needed.contains($0) } > 0)
      lock.release()
      try bench.snapshots.verify(second)
      #expect(throws: SnapshotError.self) { try bench.snapshots.verify(first) }
    }
  }

  @Test func `two snapshots differ in exactly what was changed`() throws {
    try Self.withBench { bench in
      for name in ["a", "d/changed", "d/gone", "d/mode", "same/x"] {
        try bench.workspace.pushing(FilePath(name)).write(name)
      }
      let before = try bench.snapshots.take(of: bench.workspace)
      try bench.workspace.pushing("d/changed").write("other")
      FileTree.remove(bench.workspace.pushing("d/gone"))
      try bench.workspace.pushing("d/new").write("new")
      #expect(bench.workspace.pushing("d/mode").withPlatformString { chmod($0, 0o755) } == 0)
      let after = try bench.snapshots.take(of: bench.workspace)
      let found = try bench.snapshots.differences(before, after)
      #expect(
        Set(found.map { "\($0.change.rawValue) \($0.path)" }) == [
          "content d/changed", "removed d/gone", "added d/new", "mode d/mode",
        ])
    }
  }
}
