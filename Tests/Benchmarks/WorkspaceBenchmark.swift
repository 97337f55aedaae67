import Engine
import Glibc
import Model
import OCI
import SystemPackage

/// What the snapshots of a large workspace cost, beside the plain tools that do a part of the same work.
struct WorkspaceBenchmark {
  struct Line {
    let name: String
    let seconds: Double
    let peer: String
    let peerSeconds: Double
    let bar: String
  }

  /// Holds `tree`, and everything that is made of it.
  let directory: String
  let run: (_ arguments: [String], _ directory: String) throws -> MeasuredProcess

  private var tree: FilePath { FilePath(directory).appending("tree") }

  /// 20,000 files of text and of noise, 80 MB together.
  func makeTree() throws {
    var state: UInt64 = 7
    func random() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let noise = (0..<(1 << 20)).map { _ in UInt8(truncatingIfNeeded: random() >> 24) }
    for number in 0..<20_000 {
      let parent = tree.appending("d\(number % 50)").appending("s\(number / 50 % 20)")
      if number < 1000 { try parent.createDirectories() }
      let size = 500 + Int(random() % 7400)
      let start = Int(random() % UInt64(noise.count - size))
      let descriptor = try FileDescriptor.open(
        parent.appending("f\(number)"), .writeOnly, options: [.create, .truncate],
        permissions: FilePermissions(rawValue: 0o644))
      try descriptor.closeAfter { _ = try descriptor.writeAll(noise[start..<start + size]) }
    }
  }

  func lines() throws -> [Line] {
    try makeTree()
    let hash = try median {
      try run(["sh", "-c", "find tree -type f -print0 | xargs -0 sha256sum"], directory).seconds
    }
    let first = try median {
      FileTree.remove(FilePath(directory).appending("blobs"))
      FileTree.remove(FilePath(directory).appending("stat"))
      return try seconds { _ = try snapshots.snapshot(of: tree, notes: notes) }
    }
    _ = try run(
      ["sh", "-c", "git init -q . && git add -A && git -c user.name=a -c user.email=a@b commit -qm x"], tree.string)
    let status = try median { try run(["git", "status", "--short"], tree.string).seconds }
    FileTree.remove(tree.appending(".git"))
    let root = try snapshots.snapshot(of: tree, notes: notes).root
    let unchanged = try median { try seconds { _ = try snapshots.snapshot(of: tree, notes: notes) } }
    var copies = [Double]()
    var restorations = [Double]()
    for _ in 0..<3 {
      FileTree.remove(FilePath(directory).appending("copy"))
      copies.append(try run(["cp", "-a", "tree", "copy"], directory).seconds)
      FileTree.remove(FilePath(directory).appending("copy"))
      restorations.append(try seconds { try snapshots.restore(root, to: FilePath(directory).appending("copy")) })
    }
    return [
      Line(name: "first snapshot", seconds: first, peer: "sha256sum", peerSeconds: hash, bar: "2.00"),
      Line(name: "unchanged snapshot", seconds: unchanged, peer: "git status", peerSeconds: status, bar: "1.50"),
      Line(
        name: "restore", seconds: restorations.sorted()[1], peer: "cp -a", peerSeconds: copies.sorted()[1], bar: "1.50"),
    ]
  }

  /// Each a new one, as in another process.
  private var snapshots: WorkspaceSnapshots {
    WorkspaceSnapshots(blobs: BlobStore(root: FilePath(directory).appending("blobs")))
  }

  private var notes: WorkspaceSnapshots.Notes {
    .init(statCache: FilePath(directory).appending("stat"), roots: nil)
  }

  private func median(_ measure: () throws -> Double) rethrows -> Double {
    _ = try measure()
    return try [measure(), measure(), measure()].sorted()[1]
  }

  private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  }
}
