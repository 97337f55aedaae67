import Engine
import FoundationEssentials
import Glibc
import Ledger
import Model
import SystemPackage
import Testing

@Suite struct RunLockTests {
  private let directory: TemporaryDirectory
  private let locks: RunLocks
  private let run = Sample.ulid()

  init() throws {
    directory = try TemporaryDirectory()
    locks = RunLocks(stateDirectory: directory.path.appending("state"))
  }

  @Test func `a run is alive while its lock is held`() throws {
    #expect(!locks.isAlive(run))
    let lock = try locks.acquire(run)
    #expect(locks.isAlive(run))
    #expect(try locks.processIdentifier(of: run) == getpid())
    lock.release()
    #expect(!locks.isAlive(run))
    #expect(try locks.processIdentifier(of: run) == nil)
  }

  @Test func `asking makes nothing`() throws {
    #expect(!locks.isAlive(run))
    #expect(try directory.contents().isEmpty)
  }

  @Test func `a lock is held once`() throws {
    let lock = try locks.acquire(run)
    #expect {
      _ = try locks.acquire(run)
    } throws: { error in
      (error as? LedgerError)?.code == .refused
    }
    #expect(locks.isAlive(run))
    lock.release()
    let again = try locks.acquire(run)
    #expect(locks.isAlive(run))
    again.release()
  }

  @Test func `a lock that was released is free though another process still has the file`() throws {
    let lock = try locks.acquire(run)
    // As in a process that is just being started, which has copies of all descriptors.
    let end = "\(try #require(directory.path.lastComponent))/state/runs/\(run)/lock"
    let name = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first { name in
      // One that was closed meanwhile is none of ours.
      let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      return file?.hasSuffix(end) ?? false
    }
    let copy = dup(try #require(name.flatMap(CInt.init)))
    defer { close(copy) }
    lock.release()
    #expect(!locks.isAlive(run))
  }

  @Test func `asking never stands in the way of acquiring`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<200 { _ = locks.isAlive(run) } }
      }
      for _ in 0..<200 { try locks.acquire(run).release() }
      try await group.waitForAll()
    }
  }

  @Test func `a run whose lock nobody holds is shown as interrupted`() async throws {
    let store = try SQLiteRunStore(at: directory.ledger, locks: locks)
    let lock = try locks.acquire(run)
    let begun = try await store.begin(Sample.draft(id: run))
    try await store.append(
      Sample.entry(at: 1, "step.started", facts: [.node(Sample.node(.running)), .attempt(Sample.attempt(.running))]),
      to: run)
    #expect(begun.status == .running)
    #expect(try await store.runs(RunQuery(status: .running)).map(\.id) == [run])
    #expect(try await store.runs(RunQuery(status: .interrupted)).isEmpty)

    lock.release()
    #expect(try await store.run(run)?.status == .interrupted)
    #expect(try await store.resolve("last").status == .interrupted)
    #expect(try await store.runs(RunQuery(status: .interrupted)).map(\.id) == [run])
    #expect(try await store.runs(RunQuery(status: .running)).isEmpty)
    let history = try await store.history(of: run)
    #expect(history.run.status == .interrupted)
    #expect(history.nodes.map(\.status) == [.interrupted])
    #expect(history.attempts.map(\.status) == [.interrupted])
    // It is only how the run is seen: what is stored is what was recorded.
    #expect(try await store.audit.verify().isIntact)
    #expect(try await SQLiteRunStore(readingFrom: directory.ledger).run(run)?.status == .running)
  }

  @Test func `a finished run needs no lock`() async throws {
    let store = try SQLiteRunStore(at: directory.ledger, locks: locks)
    let run = try await Sample.ship(into: store)
    #expect(try await store.run(run.id)?.status == .succeeded)
  }
}
