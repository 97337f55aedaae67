import Engine
import Glibc
import Model
import OCI
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct WorkspaceSnapshotTests {
  private struct Bench {
    let root: FilePath
    let workspace: FilePath
    let blobs: BlobStore
    let snapshots: WorkspaceSnapshots

    init(_ root: FilePath) throws {
      self.root = root
      workspace = root.appending("workspace")
      blobs = BlobStore(root: root.appending("blobs"))
      snapshots = WorkspaceSnapshots(blobs: blobs)
      try makeDirectory(workspace)
    }

    func take() throws -> Digest { try snapshots.take(of: workspace) }
  }

  private static func withBench(_ work: (Bench) throws -> Void) throws {
    try TemporaryDirectory.with { root in try work(Bench(root)) }
  }

  /// Files of every kind, with names that make trouble.
  private static func fill(_ workspace: FilePath) throws {
    try workspace.pushing("src/main.swift").write("print(1)\n")
    try workspace.pushing("empty file").write("")
    try workspace.pushing("script.sh").write("#!/bin/sh\n")
    try setMode(0o755, of: workspace.appending("script.sh"))
    try workspace.pushing("secret.key").write("key")
    try setMode(0o400, of: workspace.appending("secret.key"))
    try workspace.pushing("setuid").write("x")
    try setMode(0o4755, of: workspace.appending("setuid"))
    try makeDirectory(workspace.pushing("empty/directory"))
    try makeDirectory(workspace.appending("sticky"))
    try setMode(0o1777, of: workspace.appending("sticky"))
    try workspace.pushing("locked/inside").write("x")
    try setMode(0o555, of: workspace.appending("locked"))
    try link(workspace.appending("link"), to: "src/main.swift")
    try link(workspace.appending("dangling"), to: "nowhere/at all")
    try link(workspace.appending("untidy"), to: "src//./main.swift")
    try link(workspace.appending("away"), to: "/etc/passwd")
    for bytes: [UInt8] in [
      Array("new\nline".utf8), Array("  spaces  ".utf8), Array("100%".utf8), Array("ünïcode 😀".utf8),
      [0xFF, 0xFE, 0x80],
      Array("back\\slash\"quote".utf8), [0x01, 0x7F], Array("-rf".utf8), Array("%41".utf8),
    ] {
      try workspace.pushing(name(bytes)).write(bytes)
    }
    try workspace.appending("large").write((0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) })
  }

  // MARK: Times

  /// Gives a file, a directory or a link a time of modification.
  private static func date(_ path: FilePath, _ seconds: Int, _ nanoseconds: Int = 0) throws {
    let stamps = [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2)
    try #require(path.withPlatformString { utimensat(AT_FDCWD, $0, stamps, AT_SYMLINK_NOFOLLOW) } == 0)
  }

  private static func modified(_ path: FilePath) throws -> [Int] {
    var status = stat()
    try #require(path.withPlatformString { lstat($0, &status) } == 0)
    return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }

  private static func notes(_ bench: Bench) -> WorkspaceSnapshots.Notes {
    WorkspaceSnapshots.Notes(
      statCache: bench.root.appending("stat"), roots: nil, times: bench.root.appending("times"))
  }

  @Test func `what is restored is as old as it was, and the times are no part of the root`() throws {
    try Self.withBench { bench in
      try Self.fill(bench.workspace)
      let linked = bench.workspace.appending("secret.key").withPlatformString { old in
        bench.workspace.pushing("src/again").withPlatformString { Glibc.link(old, $0) }
      }
      try #require(linked == 0)
      let dates: [(String, Int, Int)] = [
        ("src/main.swift", 1_000_000_000, 123_456_789), ("script.sh", -5, 500_000_000), ("empty file", 0, 0),
        ("setuid", 4_000_000_000, 1), ("locked/inside", 1_100_000_000, 0), ("dangling", 1_200_000_000, 7),
        ("secret.key", 1_300_000_000, 0), ("empty/directory", 1_400_000_000, 0), ("empty", 1_500_000_000, 0),
        ("src", 1_600_000_000, 0), ("locked", 1_700_000_000, 0),
      ]
      let undated = try bench.take()
      for (name, seconds, nanoseconds) in dates {
        try Self.date(bench.workspace.pushing(FilePath(name)), seconds, nanoseconds)
      }
      let notes = Self.notes(bench)
      let root = try bench.snapshots.snapshot(of: bench.workspace, notes: notes).root
      #expect(root == undated)
      let times = try #require(try WorkspaceSnapshots.times(of: root, notedIn: bench.root.appending("times")))
      let copy = bench.root.appending("copy")
      let fresh = WorkspaceSnapshots(blobs: bench.blobs)
      try fresh.restore(root, to: copy, times: times)
      for (name, seconds, nanoseconds) in dates {
        #expect(try Self.modified(copy.pushing(FilePath(name))) == [seconds, nanoseconds], "\(name)")
      }
      #expect(try Self.modified(copy.pushing("src/again")) == [1_300_000_000, 0])
      // And a snapshot of what was restored has the same times.
      let again = bench.root.appending("again")
      #expect(
        try fresh.snapshot(of: copy, notes: .init(statCache: bench.root.appending("s"), roots: nil, times: again)).root
          == root)
      #expect(try WorkspaceSnapshots.times(of: root, notedIn: again) == times)
    }
  }

  @Test func `a file that was only touched is noted with its new time, and the last one counts`() throws {
    try Self.withBench { bench in
      let (file, notes) = (bench.workspace.appending("file"), Self.notes(bench))
      try file.write("x")
      try Self.date(file, 1_000_000_000)
      let first = try bench.snapshots.snapshot(of: bench.workspace, notes: notes).root
      _ = try bench.snapshots.snapshot(of: bench.workspace, notes: notes)
      #expect(try WorkspaceSnapshots.noted(in: bench.root.appending("times")).count == 1)
      for seconds in [2_000_000_000, 1_000_000_000] {
        try Self.date(file, seconds)
        #expect(try bench.snapshots.snapshot(of: bench.workspace, notes: notes).root == first)
      }
      let noted = try WorkspaceSnapshots.noted(in: bench.root.appending("times"))
      #expect(noted.count == 3 && noted[0].times == noted[2].times && noted[0].times != noted[1].times)
      let copy = bench.root.appending("copy")
      let times = try WorkspaceSnapshots.times(of: first, notedIn: bench.root.appending("times"))
      try bench.snapshots.restore(first, to: copy, times: times)
      #expect(try Self.modified(copy.appending("file")) == [1_000_000_000, 0])
    }
  }

  @Test func `times that are missing, or those of another tree, are refused`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("file").write("x")
      let root = try bench.snapshots.snapshot(of: bench.workspace, notes: Self.notes(bench)).root
      try bench.workspace.appending("other").write("y")
      let other = try bench.snapshots.snapshot(of: bench.workspace, notes: Self.notes(bench)).root
      let foreign = try #require(try WorkspaceSnapshots.times(of: other, notedIn: bench.root.appending("times")))
      for times in [foreign, Digest(of: Array("nothing".utf8))] {
        let copy = bench.root.appending("copy")
        let error = #expect(throws: SnapshotError.self) { try bench.snapshots.restore(root, to: copy, times: times) }
        #expect(error?.message.contains(times.description) == true)
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileStatus(of: copy) }
      }
    }
  }

  @Test func `what is restored is what was there`() throws {
    try Self.withBench { bench in
      try Self.fill(bench.workspace)
      let root = try bench.take()
      let copy = bench.root.pushing("restored/here")
      try WorkspaceSnapshots(blobs: bench.blobs).restore(root, to: copy)
      #expect(try bench.snapshots.take(of: copy) == root)
      #expect(try copy.pushing("src/main.swift").readText() == "print(1)\n")
      #expect(try FileStatus(of: copy.appending("script.sh")).permissions == 0o755)
      #expect(try FileStatus(of: copy.appending("secret.key")).permissions == 0o400)
      #expect(try FileStatus(of: copy.appending("setuid")).permissions == 0o4755)
      #expect(try FileStatus(of: copy.appending("sticky")).permissions == 0o1777)
      #expect(try FileStatus(of: copy.appending("locked")).permissions == 0o555)
      #expect(try FileStatus(of: copy.pushing("empty/directory")).kind == .directory)
      #expect(try SymbolicLink.target(of: copy.appending("dangling")) == Array("nowhere/at all".utf8))
      #expect(try SymbolicLink.target(of: copy.appending("untidy")) == Array("src//./main.swift".utf8))
      #expect(try copy.pushing(name([0xFF, 0xFE, 0x80])).readBytes() == [0xFF, 0xFE, 0x80])
      #expect(try copy.pushing(name(Array("new\nline".utf8))).readText() == "new\nline")
      #expect(try copy.appending("large").readBytes().count == 700_000)
    }
  }

  @Test func `the same content has the same root wherever and whenever it is`() throws {
    try Self.withBench { bench in
      try Self.fill(bench.workspace)
      let other = bench.root.appending("other")
      try makeDirectory(other)
      try Self.fill(other)
      #expect(try bench.take() == WorkspaceSnapshots(blobs: bench.blobs).take(of: other))
    }
  }

  @Test func `an empty workspace has a root too`() throws {
    try Self.withBench { bench in
      let root = try bench.take()
      #expect(root == Digest(of: [UInt8]()))
      try bench.snapshots.restore(root, to: bench.root.appending("copy"))
      #expect(try FileStatus(of: bench.root.appending("copy")).kind == .directory)
    }
  }

  @Test func `every kind of change gives another root, and taking it back the first one`() throws {
    let changes: [@Sendable (FilePath) throws -> Void] = [
      { try $0.appending("a").write("b") }, { try setMode(0o600, of: $0.appending("a")) },
      { try $0.appending("new").write("") }, { FileTree.remove($0.appending("a")) },
      { try makeDirectory($0.appending("directory")) }, { try setMode(0o700, of: $0.appending("d")) },
      { FileTree.remove($0.pushing("d/inner")) },
      {
        FileTree.remove($0.appending("l"))
        try link($0.appending("l"), to: "b")
      },
      {
        FileTree.remove($0.appending("a"))
        try makeDirectory($0.appending("a"))
      },
      {
        FileTree.remove($0.appending("a"))
        try link($0.appending("a"), to: "a")
      },
    ]
    for (number, change) in changes.enumerated() {
      try Self.withBench { bench in
        func build() throws {
          FileTree.remove(bench.workspace)
          try bench.workspace.appending("a").write("a")
          try bench.workspace.pushing("d/inner").write("x")
          try link(bench.workspace.appending("l"), to: "a")
        }
        try build()
        let before = try bench.take()
        try change(bench.workspace)
        #expect(try bench.take() != before, "change \(number)")
        try build()
        #expect(try bench.take() == before, "change \(number)")
      }
    }
  }

  @Test func `a file that is written again at once, in the same length, is read again`() throws {
    try Self.withBench { bench in
      for number in 0..<50 {
        let text = "content \(100 + number)"
        try bench.workspace.appending("file").write(text)
        let root = try bench.take()
        FileTree.remove(bench.root.appending("copy"))
        try bench.snapshots.restore(root, to: bench.root.appending("copy"))
        #expect(try bench.root.pushing("copy/file").readText() == text)
      }
    }
  }

  @Test func `a file that has not changed for a while is not read again`() throws {
    try TemporaryDirectory.with { root in
      let file = root.pushing("workspace/file")
      try file.write("content")
      let blobs = BlobStore(root: root.appending("blobs"))
      // A clock that is far ahead: every file counts as old.
      let snapshots = WorkspaceSnapshots(blobs: blobs) { .max }
      let first = try snapshots.take(of: root.appending("workspace"))
      try blobs.remove(Digest(of: Array("content".utf8)))
      #expect(try snapshots.take(of: root.appending("workspace")) == first)
      #expect(!blobs.contains(Digest(of: Array("content".utf8))))
    }
  }

  @Test func `pipes are left out`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("a").write("a")
      let before = try bench.take()
      try makePipe(bench.workspace.appending("pipe"))
      #expect(try bench.take() == before)
    }
  }

  @Test func `a blob that is no directory of a snapshot is refused`() throws {
    for text in ["hello", "x 644 abc name\n", "f 999 abc name\n", "f 644 abc name\n", "l 777 %4 name\n", "d 755\n"] {
      try Self.withBench { bench in
        let root = try bench.blobs.put(Array(text.utf8))
        let copy = bench.root.appending("copy")
        #expect(throws: (any Error).self, "\(text)") { try bench.snapshots.restore(root, to: copy) }
        #expect(!exists(copy))
      }
    }
  }

  @Test func `an existing directory is never overwritten`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("precious").write("content")
      let root = try bench.take()
      #expect(throws: Errno.fileExists) { try bench.snapshots.restore(root, to: bench.workspace) }
      #expect(try bench.workspace.appending("precious").readText() == "content")
    }
  }

  @Test(.enabled(if: !isRoot, "root reads everything"))
  func `an unreadable file is an error and no silent gap`() throws {
    try Self.withBench { bench in
      try bench.workspace.appending("file").write("content")
      try setMode(0, of: bench.workspace.appending("file"))
      #expect(throws: OCIError.self) { try bench.take() }
    }
  }

  @Test func `a workspace that is not there is an error`() throws {
    try Self.withBench { bench in
      #expect(throws: (any Error).self) { try bench.snapshots.take(of: bench.root.appending("nowhere")) }
    }
  }
}
