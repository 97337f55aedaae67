import Engine
import FoundationEssentials
import Ledger
import Model
import OCI
import RegistryServer
import SystemPackage

/// Finds what no kept run and no pushed image needs, and removes it.
///
/// Marks and sweeps under the lock of the packs, which every snapshot holds while it is taken: a run that goes on is either seen with all
/// that it has noted, or takes its next snapshot when the sweep is over and stores again what it needs. Blobs with files of their own are
/// protected by their dates: whoever puts one, or finds it to be there, dates it anew, and what is younger than the oldest run that
/// goes on is left alone.
struct Pruning {
  /// What is, or would be, removed.
  struct Result: Sendable {
    var runs: [Run] = []
    var workspaceBytes: Int64 = 0
    var blobCount = 0
    var blobBytes: Int64 = 0
    /// Contents that were not what their digests say.
    var damagedCount = 0

    var bytes: Int64 { workspaceBytes + blobBytes }
  }

  let toolbox: Toolbox
  let store: SQLiteRunStore
  let rule: PruneRule

  func run(isDry: Bool) async throws -> Result {
    let packs = BlobPacks(of: toolbox.blobs)
    let lock = try packs.lock(exclusively: true)
    defer { lock.release() }
    try packs.refresh()
    let started = toolbox.clock.now()
    let runs = try await store.runs(RunQuery(limit: .max))
    var pruned: Set<ULID> = []
    for run in runs where try await store.events(of: run.id).contains(where: { $0.kind == PrunedRun.eventKind }) {
      pruned.insert(run.id)
    }
    let alive = try aliveRuns()
    let candidates = runs.filter { !pruned.contains($0.id) && !alive.contains($0.id) }
    var chosen = rule.outdated(candidates, now: started)
    var plan = try await plan(chosen, of: runs, pruned, alive, packs, started)
    if let limit = rule.largestSize {
      var rest = candidates.reversed().filter { run in
        !chosen.contains(run) && (rule.pipeline == nil || run.pipeline == rule.pipeline)
      }[...]
      let size = try Self.size(of: toolbox.state.root)
      while size - plan.result.bytes > limit, let next = rest.popFirst() {
        chosen.append(next)
        plan = try await self.plan(chosen, of: runs, pruned, alive, packs, started)
      }
    }
    let damagedPacks = rule.removesDamaged ? try packs.damaged() : []
    let damagedBlobs = rule.removesDamaged ? try toolbox.blobs.damaged().map(\.digest) : []
    plan.result.damagedCount = damagedBlobs.count + damagedPacks.reduce(0) { $0 + $1.count }
    if isDry { return plan.result }
    for run in plan.result.runs {
      let event = LedgerEntry.Event(kind: PrunedRun.eventKind, subject: run.id.description)
      try await store.append(LedgerEntry(at: started, events: [event], isDurable: true), to: run.id)
    }
    for path in plan.directories { FileTree.remove(path) }
    for path in plan.statCaches { FileTree.remove(path) }
    var result = plan.result
    result.blobBytes = try toolbox.blobs.sweep(plan.blobs, before: plan.barrier)
    let marks = plan.marks
    let affected = packs.all.filter { pack in
      var isAffected = damagedPacks.contains { $0.pack.path == pack.path }
      pack.forEach { digest, _ in if !marks.contains(digest) { isAffected = true } }
      return isAffected
    }
    for pack in affected { result.blobBytes += try packs.rewrite([pack]) { marks.contains($0) } }
    if rule.removesDamaged {
      result.blobBytes += try toolbox.blobs.sweep(damagedBlobs, before: .max)
      try removeStatCaches()
    }
    try toolbox.blobs.removeAbandoned(before: plan.barrier - 86_400_000_000_000)
    return result
  }

  /// Removes the notes that vouch for a codebase's contents being stored where they are not: its files are read again then.
  private func removeStatCaches() throws {
    let snapshots = WorkspaceSnapshots(blobs: toolbox.blobs)
    for name in try Self.names(in: toolbox.state.codebaseNotes) {
      let path = toolbox.state.codebaseNotes.appending(name)
      guard let root = WorkspaceSnapshots.root(notedIn: path) else { continue }
      do { try snapshots.verify(root) } catch is SnapshotError { FileTree.remove(path) }
    }
  }

  private struct Plan {
    var result = Result()
    var marks: Set<RawDigest> = []
    var blobs: [Digest] = []
    var directories: [FilePath] = []
    var statCaches: [FilePath] = []
    var barrier: Int64 = 0
  }

  private func plan(
    _ chosen: [Run], of runs: [Run], _ pruned: Set<ULID>, _ alive: Set<ULID>, _ packs: BlobPacks, _ started: Timestamp
  ) async throws -> Plan {
    var gone = pruned.union(chosen.map(\.id))
    // What a kept run replays, it needs.
    let byID = Dictionary(runs.map { ($0.id, $0) }) { first, _ in first }
    for run in runs where !gone.contains(run.id) {
      var earlier = run.origin.replayOf
      while let id = earlier {
        gone.remove(id)
        earlier = byID[id]?.origin.replayOf
      }
    }
    gone.formUnion(pruned)
    var plan = Plan()
    plan.result.runs = chosen.filter { gone.contains($0.id) }
    plan.marks = try await marks(runs.map(\.id).filter { !gone.contains($0) }, gone)
    // Runs name themselves by the moment of their beginning.
    let oldest = alive.map { $0.milliseconds }.min() ?? started.milliseconds
    plan.barrier = (min(oldest, started.milliseconds) - 1000) * 1_000_000
    let marks = plan.marks
    let blobs = try toolbox.blobs.unneeded(before: plan.barrier) { marks.contains(RawDigest($0)) }
    plan.blobs = blobs.map(\.digest)
    plan.result.blobCount = blobs.count
    plan.result.blobBytes = blobs.reduce(0) { $0 + $1.size }
    for pack in packs.all {
      pack.forEach { digest, place in
        if !marks.contains(digest) {
          plan.result.blobCount += 1
          plan.result.blobBytes += Int64(place.length)
        }
      }
    }
    for run in runs where !alive.contains(run.id) {
      let directory = toolbox.state.run(run.id)
      // Logs stay: they are small, and the ledger holds their digests. A run that succeeded has its workspace in its snapshots.
      if gone.contains(run.id) {
        plan.directories += [directory.appending("workspaces"), directory.appending("snapshots")]
      } else if run.status.isPositive {
        plan.directories.append(directory.appending("workspaces"))
      }
    }
    plan.directories = plan.directories.filter(FileSystem.exists)
    plan.result.workspaceBytes = try plan.directories.reduce(0) { $0 + (try Self.size(of: $1)) }
    for name in try Self.names(in: toolbox.state.codebaseNotes) {
      let path = toolbox.state.codebaseNotes.appending(name)
      if let root = WorkspaceSnapshots.root(notedIn: path), !marks.contains(RawDigest(root)) {
        plan.statCaches.append(path)
      }
    }
    return plan
  }

  /// Everything that the kept runs, those that are not in the ledger yet, and the registry need.
  private func marks(_ kept: [ULID], _ gone: Set<ULID>) async throws -> Set<RawDigest> {
    var marks: Set<RawDigest> = []
    var seen: Set<RawDigest> = []
    let snapshots = WorkspaceSnapshots(blobs: toolbox.blobs)
    for run in kept {
      let history = try await store.history(of: run)
      let origin = history.run.origin
      var plain = [origin.pipelineDigest] + [origin.settingsDigest].compactMap { $0 }
      for build in history.builds {
        plain += [build.manifestDigest, build.configurationDigest] + build.layers.map(\.digest)
        plain += [build.archive?.digest, build.dockerfileDigest].compactMap { $0 } + build.bases.map(\.digest)
      }
      plain += history.scans.flatMap { [$0.report.archiveDigest, $0.report.manifestDigest] }
      plain += history.pushes.map(\.manifestDigest)
      // Whatever else an event speaks of.
      for event in try await store.events(of: run) { plain += Self.digests(in: event.payload.canonicalJSON) }
      marks.formUnion(plain.map(RawDigest.init))
      let roots = history.attempts.flatMap { [$0.workspaceBefore, $0.workspaceAfter] } + [origin.codebase?.snapshot]
      for root in Set(roots.compactMap { $0 }) { try snapshots.collect(root, into: &marks, seen: &seen) }
    }
    for name in try Self.names(in: toolbox.state.runs) {
      guard let run = try? ULID(name), !gone.contains(run) else { continue }  // Not a run's directory.
      for (_, times) in try WorkspaceSnapshots.noted(in: toolbox.state.snapshotTimes(of: run)) {
        marks.insert(RawDigest(times))
      }
      let noted = toolbox.state.snapshotRoots(of: run)
      guard FileSystem.exists(noted) else { continue }
      for line in try Self.text(noted).split(separator: "\n") {
        // The last line may have been torn by a power cut. What the ledger names is marked besides.
        if let root = try? Digest(hex: String(line)) { try snapshots.collect(root, into: &marks, seen: &seen) }
      }
    }
    try Self.collectLinks(toolbox.state.registry.appending("repositories"), into: &marks)
    return marks
  }

  /// Runs whose process lives, also those that the ledger does not know yet.
  private func aliveRuns() throws -> Set<ULID> {
    // What is called otherwise is no run.
    Set(try Self.names(in: toolbox.state.runs).compactMap { try? ULID($0) }.filter(toolbox.locks.isAlive))
  }

  private static func digests(in text: String) -> [Digest] {
    text.matches(of: /sha256:[0-9a-f]{64}/).compactMap { try? Digest(String($0.output)) }
  }

  /// The registry names what its repositories show by files that are called by the digest.
  private static func collectLinks(_ directory: FilePath, into marks: inout Set<RawDigest>) throws {
    for name in try names(in: directory) {
      if let digest = RawDigest(hex: Array(name.utf8)) { marks.insert(digest) }
      let path = directory.appending(name)
      if FileSystem.isDirectory(path) { try collectLinks(path, into: &marks) }
    }
  }

  /// Nothing, where the directory is not there.
  ///
  /// - Throws: when it is there and cannot be read: what it speaks of must not be taken for something that nobody needs.
  private static func names(in directory: FilePath) throws -> [String] {
    guard FileSystem.exists(directory) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: directory.string)
  }

  private static func text(_ path: FilePath) throws -> String {
    var bytes = [UInt8]()
    try FileReader(opening: path).readAll { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// In bytes, of all files in a tree.
  static func size(of path: FilePath) throws -> Int64 {
    guard let status = try? FileStatus(of: path) else { return 0 }  // Gone meanwhile.
    guard status.kind == .directory else { return status.kind == .file ? status.size : 0 }
    return try names(in: path).reduce(0) { $0 + (try size(of: path.appending($1))) }
  }
}
