import Engine
import Ledger
import Model
import TestSupport
import Testing

/// What every holder of the role promises.
@Suite struct RunStoreContractTests {
  enum Holder: CaseIterable, Sendable {
    case sqlite, inMemory

    func withStore(_ body: (any RunStore) async throws -> Void) async throws {
      switch self {
      case .inMemory: try await body(InMemoryRunStore())
      case .sqlite:
        let directory = try TemporaryDirectory()
        try await body(SQLiteRunStore(at: directory.ledger))
        _ = directory
      }
    }
  }

  @Test(arguments: Holder.allCases)
  func `the runs of a pipeline are counted from one`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let first = try await store.begin(Sample.draft("a"))
      let other = try await store.begin(Sample.draft("b"))
      let second = try await store.begin(Sample.draft("a"))
      #expect([first, other, second].map(\.sequenceID) == [1, 1, 2])
      #expect(first.status == .running)
    }
  }

  @Test(arguments: Holder.allCases)
  func `a run is kept with its origin`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let draft = Sample.draft()
      let begun = try await store.begin(draft)
      let read = try await store.run(draft.id)
      #expect(read == begun)
      #expect(read?.origin == draft.origin)
    }
  }

  @Test(arguments: Holder.allCases)
  func `a run without a codebase and without settings is kept`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let full = Sample.draft()
      let origin = RunOrigin(
        pipelineFile: "pipeline.yaml", pipelineDigest: full.origin.pipelineDigest, pipelineDirectory: "/src",
        actor: "zoe", version: "0.1.0")
      let draft = RunDraft(
        id: full.id, pipeline: full.pipeline, pipelineName: full.pipelineName, startedAt: full.startedAt,
        origin: origin)
      _ = try await store.begin(draft)
      #expect(try await store.run(draft.id)?.origin == origin)
    }
  }

  @Test(arguments: Holder.allCases)
  func `a second run with the same identifier is refused`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let draft = Sample.draft()
      _ = try await store.begin(draft)
      await #expect(throws: (any Error).self) { try await store.begin(draft) }
      #expect(try await store.runs(RunQuery()).count == 1)
    }
  }

  @Test(arguments: Holder.allCases)
  func `a run begins with its event`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let events = try await store.events(of: run.id)
      #expect(events.map(\.kind) == ["run.started"])
      #expect(events.first?.payload == ["stages": ["ship"]])
      #expect(events.first?.at == run.startedAt)
    }
  }

  @Test(arguments: Holder.allCases)
  func `the events of a run are its own, in order`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let one = try await store.begin(Sample.draft())
      let two = try await store.begin(Sample.draft())
      let payload: Value = ["text": "a\"b\\c\n\u{1}😀", "list": [1, true, .null], "number": .double(0.25)]
      try await store.append(Sample.entry(at: 1, "a", payload: payload), to: one.id)
      try await store.append(Sample.entry(at: 2, "b"), to: two.id)
      try await store.append(Sample.entry(at: 3, "c"), to: one.id)
      let events = try await store.events(of: one.id)
      #expect(events.map(\.kind) == ["run.started", "a", "c"])
      #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
      #expect(events[1].payload == payload)
      #expect(events.allSatisfy { $0.run == one.id })
    }
  }

  @Test(arguments: Holder.allCases)
  func `a history gives back what was stored`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await Sample.ship(into: store)
      let history = try await store.history(of: run.id)
      #expect(history.run.status == .succeeded)
      #expect(history.run.finishedAt == Sample.time(30))
      #expect(history.nodes == [Sample.node(.succeeded)])
      #expect(history.attempts == [Sample.attempt(.succeeded)])
      #expect(history.builds == [Sample.build()])
      #expect(history.scans == [Sample.scan()])
      #expect(history.pushes == [Sample.push()])
    }
  }

  @Test(arguments: Holder.allCases)
  func `masks are kept as they are`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await Sample.ship(into: store)
      let attempt = try #require(try await store.history(of: run.id).attempts.first)
      #expect(attempt.outputs == ["TOKEN": "**************"])
      #expect(attempt.resolvedSpec["command"] == "echo **************")
    }
  }

  @Test(arguments: Holder.allCases)
  func `a node keeps its place when its status changes`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let other = Sample.path("stages.ship")
      let stage = RunNode(path: other, kind: .stage, name: "Ship", type: "CI", status: .running)
      try await store.append(
        Sample.entry(at: 1, "a", facts: [.node(Sample.node(.running)), .node(stage)]), to: run.id)
      let failed = Sample.node(.failed, message: "exit code 1")
      try await store.append(Sample.entry(at: 2, "b", facts: [.node(failed)]), to: run.id)
      #expect(try await store.history(of: run.id).nodes == [failed, stage])
    }
  }

  @Test(arguments: Holder.allCases)
  func `attempts stand beside each other`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let first = Sample.attempt(.failed)
      let second = Sample.attempt(.running, number: 2)
      try await store.append(
        Sample.entry(at: 1, "a", facts: [.node(Sample.node(.running)), .attempt(first), .attempt(second)]), to: run.id)
      #expect(try await store.history(of: run.id).attempts == [first, second])
    }
  }

  @Test(arguments: Holder.allCases)
  func `an attempt may come before its node in one entry`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      try await store.append(
        Sample.entry(at: 1, "a", facts: [.attempt(Sample.attempt(.running)), .node(Sample.node(.running))]),
        to: run.id)
      #expect(try await store.history(of: run.id).attempts.count == 1)
    }
  }

  @Test(arguments: Holder.allCases)
  func `an attempt without a node is refused`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let entry = Sample.entry(at: 1, "a", facts: [.attempt(Sample.attempt(.running))])
      await #expect(throws: (any Error).self) { try await store.append(entry, to: run.id) }
    }
  }

  @Test(arguments: Holder.allCases)
  func `a finished attempt never changes, and nothing of the entry that tries is stored`(_ holder: Holder)
    async throws
  {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let facts: [LedgerEntry.Fact] = [.node(Sample.node(.running)), .attempt(Sample.attempt(.failed))]
      try await store.append(Sample.entry(at: 1, "a", facts: facts), to: run.id)
      let entry = Sample.entry(
        at: 2, "b", facts: [.node(Sample.node(.succeeded)), .attempt(Sample.attempt(.succeeded))])
      await #expect(throws: (any Error).self) { try await store.append(entry, to: run.id) }
      let history = try await store.history(of: run.id)
      #expect(history.attempts == [Sample.attempt(.failed)])
      #expect(history.nodes == [Sample.node(.running)])
      #expect(try await store.events(of: run.id).map(\.kind) == ["run.started", "a"])
    }
  }

  @Test(arguments: Holder.allCases)
  func `a finished run takes no more facts, but events`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await Sample.ship(into: store)
      for fact: LedgerEntry.Fact in [
        .node(Sample.node(.failed)), .attempt(Sample.attempt(.running, number: 2)), .build(Sample.build()),
        .scan(Sample.scan()), .push(Sample.push()), .runFinished(.failed, message: nil),
      ] {
        await #expect(throws: (any Error).self) {
          try await store.append(Sample.entry(at: 40, "late", facts: [fact]), to: run.id)
        }
      }
      try await store.append(Sample.entry(at: 50, "run.replayed"), to: run.id)
      #expect(try await store.events(of: run.id).last?.kind == "run.replayed")
      #expect(try await store.run(run.id)?.status == .succeeded)
    }
  }

  @Test(arguments: Holder.allCases)
  func `the end of a run is the last fact of its entry wherever it stands`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      let facts: [LedgerEntry.Fact] = [.runFinished(.failed, message: "step build"), .node(Sample.node(.failed))]
      try await store.append(Sample.entry(at: 9, "run.finished", facts: facts), to: run.id)
      let history = try await store.history(of: run.id)
      #expect(history.run.message == "step build")
      #expect(history.nodes == [Sample.node(.failed)])
    }
  }

  @Test(arguments: Holder.allCases)
  func `an entry for a run that nobody began is refused`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let id = Sample.ulid()
      await #expect(throws: (any Error).self) { try await store.append(Sample.entry(at: 1, "a"), to: id) }
      await #expect(throws: (any Error).self) { try await store.history(of: id) }
      let (run, events) = try await (store.run(id), store.events(of: id))
      #expect(run == nil)
      #expect(events.isEmpty)
    }
  }

  @Test(arguments: Holder.allCases)
  func `runs are found newest first by pipeline, number, prefix and status`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let old = try await store.begin(Sample.draft("a", at: 1))
      let young = try await store.begin(Sample.draft("a", at: 3))
      let done = try await Sample.ship(into: store, pipeline: "b", at: 2)
      func ids(_ query: RunQuery) async throws -> [ULID] { try await store.runs(query).map(\.id) }
      #expect(try await ids(RunQuery()) == [young.id, done.id, old.id])
      #expect(try await ids(RunQuery(limit: 1)) == [young.id])
      #expect(try await ids(RunQuery(pipeline: old.pipeline)) == [young.id, old.id])
      #expect(try await ids(RunQuery(pipeline: old.pipeline, sequenceID: 1)) == [old.id])
      #expect(try await ids(RunQuery(idPrefix: old.id.description.lowercased())) == [old.id])
      #expect(try await ids(RunQuery(idPrefix: "7ZZZ")).isEmpty)
      #expect(try await ids(RunQuery(status: .succeeded)) == [done.id])
      #expect(try await ids(RunQuery(status: .running)) == [young.id, old.id])
    }
  }

  @Test(arguments: Holder.allCases)
  func `what a cancelled task did is recorded all the same`(_ holder: Holder) async throws {
    try await holder.withStore { store in
      let run = try await store.begin(Sample.draft())
      // The group awaits its task; it is cancelled before it begins.
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.cancelAll()
        group.addTask {
          try #require(Task.isCancelled)
          try await store.append(
            Sample.entry(at: 9, "run.aborted", facts: [.runFinished(.aborted, message: nil)]), to: run.id)
        }
        try await group.waitForAll()
      }
      #expect(try await store.run(run.id)?.status == .aborted)
    }
  }
}
