import Model
import OCI
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Engine

@Suite struct RunnerTests {
  private static let printHello = ScriptedExecutor.Act.perform { execution in
    try await execution.output.line("hello")
    try execution.workspace.directory.appending("product").write("made by \(execution.attempt)")
    return StepResult(.succeeded, exitCode: 0, outputs: ["VERSION": "1.2"])
  }

  @Test func `everything that happens is in the ledger, in order`() async throws {
    try await RunBench.with { bench in
      let conclusion = try await bench.run(.of(.stage("s", .run("a"))), ["a": [Self.printHello]])
      #expect(conclusion.status == .succeeded)
      #expect(conclusion.message == nil && conclusion.breach == nil)
      #expect(
        try await bench.events() == [
          "run.started sample", "schedule.started pipeline", "stage.prepared stages.s",
          "step.started stages.s.steps.a", "step.finished stages.s.steps.a", "stage.closed stages.s",
          "run.finished \(Sample.ulid())",
        ])
      let history = try await bench.history()
      #expect(history.run.status == .succeeded)
      #expect(history.nodes.map(\.path) == ["s", "s/a"])
      #expect(history.nodes.map(\.status) == [.succeeded, .succeeded])
      #expect(history.nodes.allSatisfy { $0.startedAt != nil && $0.finishedAt != nil && $0.takenFrom == nil })
      #expect(
        bench.observed == [
          "stages.s RUNNING", "stages.s.steps.a RUNNING", "stages.s.steps.a SUCCEEDED", "stages.s SUCCEEDED",
        ])
      // The end of an attempt and what follows from it stand in one entry.
      let entries = await bench.store.inner.entries(of: Sample.ulid())
      let finished = try #require(entries.first { $0.events.first?.kind == "step.finished" })
      #expect(finished.facts.count == 2)
      #expect(entries.last?.isDurable == true)
    }
  }

  @Test func `an attempt is kept with its log, its outputs and its workspace`() async throws {
    try await RunBench.with { bench in
      try await bench.run(
        .of(.stage("s", .run("a", source: .mapping(["command": "make <+pipeline.sequenceId>"])))),
        ["a": [Self.printHello]])
      let attempt = try #require(try await bench.history().attempts.first)
      #expect(attempt.number == 1 && attempt.status == .succeeded && attempt.exitCode == 0)
      #expect(attempt.outputs == ["VERSION": "1.2"])
      #expect(attempt.resolvedSpec == ["command": "make 1"])
      #expect(attempt.logFile == "runs/\(Sample.ulid())/logs/s.a-1.log")
      let log = try bench.state.root.pushing(FilePath(attempt.logFile)).readBytes()
      #expect(String(decoding: log, as: UTF8.self) == "hello\n")
      #expect(attempt.logDigest == Digest(of: log))
      #expect(attempt.workspaceBefore == Digest(of: [UInt8]()))
      let after = try #require(attempt.workspaceAfter)
      #expect(try bench.blobs.isStored(after))
      #expect(after != attempt.workspaceBefore)
      #expect(!exists(bench.state.run(Sample.ulid()).appending("scratch")))
    }
  }

  @Test(arguments: ["schedule.started", "stage.prepared", "step.started"])
  func `nothing happens before the event that it follows from is in the ledger`(_ kind: String) async throws {
    try await RunBench.with(store: GatedStore(holding: kind)) { bench in
      let executor = ScriptedExecutor()
      let runner = bench.runner(.of(.stage("s", .run("a"))), try await bench.begin(), executor)
      try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: Latch()) }
        await bench.store.reached.wait()
        #expect(executor.executed == [])
        #expect(!bench.observed.contains("stages.s.steps.a SUCCEEDED"))
        bench.store.gate.open()
        let conclusion = try await group.next()
        #expect(conclusion?.status == .succeeded)
      }
      #expect(executor.executed == ["a#1"])
    }
  }

  @Test func `the next step waits until the end of this one is in the ledger`() async throws {
    try await RunBench.with(store: GatedStore(holding: "step.finished")) { bench in
      let executor = ScriptedExecutor()
      let runner = bench.runner(.of(.stage("s", .run("a"), .run("b"))), try await bench.begin(), executor)
      try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: Latch()) }
        await bench.store.reached.wait()
        #expect(executor.executed == ["a#1"])
        bench.store.gate.open()
        let conclusion = try await group.next()
        #expect(conclusion?.status == .succeeded)
      }
      #expect(executor.executed == ["a#1", "b#1"])
    }
  }

  @Test func `a ledger that cannot be written ends the run and what is running`() async throws {
    try await RunBench.with(store: GatedStore(refusing: "step.finished")) { bench in
      let began = Latch()
      let isCancelled = Mutex(false)
      let executor = ScriptedExecutor([
        "a": [
          .perform { _ in
            await began.wait()
            return StepResult(.succeeded)
          }
        ],
        "b": [
          .perform { _ in
            began.open()
            await Latch().wait()
            isCancelled.withLock { $0 = Task.isCancelled }
            throw CancellationError()
          }
        ],
      ])
      let runner = bench.runner(
        .of(.stage("s", .together(.run("a"), .run("b")), .run("c", when: .always))), try await bench.begin(), executor)
      await #expect(throws: GatedStore.Failure.self) { try await runner.run(cancellation: Latch()) }
      #expect(isCancelled.withLock { $0 })
      #expect(Set(executor.executed) == ["a#1", "b#1"])
      #expect(try await bench.history().run.status == .running)
    }
  }

  @Test func `every attempt is kept beside the others, each with its own log`() async throws {
    try await RunBench.with { bench in
      let strategy = FailureStrategy.on(do: .retry(count: 2, intervals: [Seconds(10), Seconds(60)], then: .ignore))
      let executor = ScriptedExecutor([
        "a": [
          .perform { execution in
            try await execution.output.line("attempt \(execution.attempt)")
            return execution.attempt < 3 ? .failed(.connectivity, "no answer") : StepResult(.succeeded)
          }
        ]
      ])
      let runner = bench.runner(
        .of(.stage("s", .run("a", onFailure: [strategy]))), try await bench.begin(), executor)
      let conclusion = try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: Latch()) }
        for (attempt, interval) in [(2, 10), (3, 60)] {
          await executor.waitFor("a", attempt: attempt - 1)
          // Nobody else sleeps but the limit of the attempt, until that has ended.
          await bench.waitForDelay(of: interval)
          bench.clock.advance(by: .seconds(interval))
        }
        return try #require(try await group.next())
      }
      #expect(conclusion.status == .succeeded)
      let attempts = try await bench.history().attempts
      #expect(attempts.map(\.number) == [1, 2, 3])
      #expect(attempts.map(\.status) == [.failed, .failed, .succeeded])
      #expect(attempts.map(\.failure) == [.connectivity, .connectivity, nil])
      #expect(attempts.map(\.message) == ["no answer", "no answer", nil])
      for attempt in attempts {
        let log = try bench.state.root.pushing(FilePath(attempt.logFile)).readText()
        #expect(log.hasPrefix("attempt \(attempt.number)\n"))
      }
      #expect(try await bench.events().filter { $0.hasPrefix("delay.elapsed") }.count == 2)
    }
  }

  @Test func `cancelling ends the running step and the run`() async throws {
    try await RunBench.with { bench in
      let executor = ScriptedExecutor(["a": [.hang]])
      let cancellation = Latch()
      let runner = bench.runner(
        .of(.stage("s", .run("a"), .run("b", when: .always))), try await bench.begin(), executor)
      let conclusion = try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: cancellation) }
        await executor.waitFor("a")
        cancellation.open()
        return try #require(try await group.next())
      }
      #expect(conclusion.status == .aborted)
      #expect(conclusion.message == "a: cancelled")
      let history = try await bench.history()
      #expect(history.run.status == .aborted)
      #expect(history.attempts.map(\.status) == [.aborted])
      #expect(history.attempts.first?.logDigest != nil)
      #expect(try await bench.status("s/b") == .skipped)
      #expect(try await bench.events().contains("run.cancelRequested pipeline"))
    }
  }

  @Test func `a run that is cancelled before it begins runs nothing`() async throws {
    try await RunBench.with { bench in
      let cancellation = Latch()
      cancellation.open()
      let executor = ScriptedExecutor(["a": [.hang]])
      let runner = bench.runner(.of(.stage("s", .run("a"))), try await bench.begin(), executor)
      #expect(try await runner.run(cancellation: cancellation).status == .aborted)
    }
  }

  @Test func `cancelling ends the wait for the next attempt`() async throws {
    try await RunBench.with { bench in
      let strategy = FailureStrategy.on(do: .retry(count: 2, intervals: [Seconds(86400)], then: .ignore))
      let executor = ScriptedExecutor(["a": [.failure()]])
      let cancellation = Latch()
      let runner = bench.runner(.of(.stage("s", .run("a", onFailure: [strategy]))), try await bench.begin(), executor)
      let conclusion = try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: cancellation) }
        await bench.waitForDelay(of: 86400)
        cancellation.open()
        return try #require(try await group.next())
      }
      #expect(conclusion.status == .aborted)
      #expect(executor.executed == ["a#1"])
    }
  }

  struct Limit: Sendable {
    let pipeline: Text?
    let stage: Text?
    let step: Text?
    let seconds: Int
    let message: String
  }

  @Test(arguments: [
    Limit(pipeline: nil, stage: nil, step: "10m", seconds: 600, message: "a: out of time after 600 s"),
    Limit(pipeline: nil, stage: nil, step: nil, seconds: 36000, message: "a: out of time after 36000 s"),
    Limit(pipeline: nil, stage: "10m", step: nil, seconds: 600, message: "a: out of time"),
    Limit(pipeline: "10m", stage: "1h", step: "<+pipeline.sequenceId>d", seconds: 600, message: "a: out of time"),
  ])
  func `time limits of the step, the stage and the pipeline are kept`(_ limit: Limit) async throws {
    try await RunBench.with { bench in
      let executor = ScriptedExecutor(["a": [.hang]])
      let runner = bench.runner(
        .of(
          .stage("s", timeout: limit.stage, .run("a", timeout: limit.step)),
          .stage("t", when: .failure, .run("b")), timeout: limit.pipeline),
        try await bench.begin(), executor)
      let conclusion = try await withThrowingTaskGroup(of: RunConclusion.self) { group in
        group.addTask { try await runner.run(cancellation: Latch()) }
        await bench.clock.waitForSleepers(1 + (limit.stage == nil ? 0 : 1) + (limit.pipeline == nil ? 0 : 1))
        await executor.waitFor("a")
        bench.clock.advance(by: .seconds(limit.seconds - 1))
        #expect(try await bench.status("s/a") == .running)
        bench.clock.advance(by: .seconds(1))
        return try #require(try await group.next())
      }
      #expect(conclusion.status == .expired)
      #expect(conclusion.message == limit.message)
      #expect(try await bench.status("s/a") == .expired)
      #expect(try await bench.status("s") == .expired)
      #expect(executor.executed.contains("b#1") == (limit.pipeline == nil))
    }
  }

  @Test func `a limit that makes no sense fails its stage, or the run`() async throws {
    try await RunBench.with { bench in
      let conclusion = try await bench.run(
        .of(.stage("s", timeout: "soon", .run("a")), .stage("t", when: .failure, .run("b"))))
      #expect(conclusion.status == .failed)
      #expect(try await bench.status("s") == .failed)
      #expect(try await bench.status("t/b") == .succeeded)
      #expect(conclusion.message == "s: timeout must be a duration such as 10s, 5m or 1h 30m, and is 'soon'")
    }
    try await RunBench.with { bench in
      let conclusion = try await bench.run(.of(.stage("s", .run("a")), timeout: "<+nowhere>"))
      #expect(conclusion.status == .failed)
      #expect(conclusion.message?.contains("<+nowhere>") == true)
      #expect(try await bench.history().run.status == .failed)
      #expect(try await bench.history().attempts == [])
    }
  }

  @Test func `a spec that cannot be evaluated fails its step without running it`() async throws {
    try await RunBench.with { bench in
      let executor = ScriptedExecutor()
      let runner = bench.runner(
        .of(.stage("s", .run("a", source: .mapping(["command": "<+nowhere>"])))), try await bench.begin(), executor)
      let conclusion = try await runner.run(cancellation: Latch())
      #expect(conclusion.status == .failed)
      #expect(conclusion.message?.contains("<+nowhere>") == true)
      #expect(executor.executed == [])
      let attempt = try #require(try await bench.history().attempts.first)
      #expect(attempt.failure == .configuration)
      #expect(try bench.state.root.pushing(FilePath(attempt.logFile)).readText().hasPrefix("slipway: "))
    }
  }

  @Test func `conditions are evaluated with what has happened, and their answer is recorded`() async throws {
    try await RunBench.with { bench in
      let when = When.condition("<+steps.a.output.outputVariables.VERSION> == \"1.2\"")
      try await bench.run(
        .of(
          .stage(
            "s", .run("a"), .run("yes", when: when), .run("no", when: .condition("<+steps.a.status> == \"FAILED\"")),
            .run("bad", when: .condition("<+nowhere>")))),
        ["a": [Self.printHello]])
      #expect(try await bench.status("s/yes") == .succeeded)
      #expect(try await bench.status("s/no") == .skipped)
      #expect(try await bench.status("s/bad") == .failed)
      let history = try await bench.history()
      #expect(history.run.message?.contains("<+nowhere>") == true)
      let event = try #require(
        try await bench.store.events(of: Sample.ulid()).first { $0.kind == "condition.evaluated" })
      #expect(event.payload["holds"] == true)
    }
  }

  @Test func `current status is up to date when the next condition is looked at`() async throws {
    try await RunBench.with { bench in
      let strategy = FailureStrategy.on(do: .ignore)
      try await bench.run(
        .of(
          .stage(
            "s", .run("a", onFailure: [strategy]),
            .run("b", when: .condition("<+stage.currentStatus> == \"IGNORE_FAILED\"")), .run("c"),
            .run("d", when: .condition("<+pipeline.currentStatus> == \"FAILED\"", .failure)))),
        ["a": [.failure()], "c": [.failure()]])
      #expect(try await bench.status("s/b") == .succeeded)
      #expect(try await bench.status("s/d") == .succeeded)
    }
  }

  @Test func `faults fail a step without running it`() async throws {
    try await RunBench.with { bench in
      let executor = ScriptedExecutor()
      let runner = bench.runner(
        .of(.stage("s", .run("a"), .run("b"))), try await bench.begin(), executor, faults: ["s/a": .timeout])
      let conclusion = try await runner.run(cancellation: Latch())
      #expect(conclusion.status == .expired)
      #expect(conclusion.message == "a: made to fail by --outcome")
      #expect(executor.executed == [])
      #expect(try await bench.history().attempts.map(\.failure) == [.timeout])
    }
  }

  @Test func `a refusal is what the run came to`() async throws {
    try await RunBench.with { bench in
      let breach = CustodyBreach(
        .changedAfterScan, path: "image.tar", expected: Digest(sample: 1), found: Digest(sample: 2))
      let conclusion = try await bench.run(.of(.stage("s", .run("push"))), ["push": [.error(breach)]])
      #expect(conclusion.status == .failed)
      #expect(conclusion.breach == breach)
      #expect(
        conclusion.message
          == "push: image.tar is not the archive that was scanned: it was changed since: expected"
          + " \(Digest(sample: 1)), found \(Digest(sample: 2))")
    }
  }

  @Test func `secrets reach neither the log, nor the ledger, nor the observer`() async throws {
    try await RunBench.with(secrets: ["key": "hunter2-hunter2"]) { bench in
      let leak = ScriptedExecutor.Act.perform { execution in
        let secret = try execution.evaluator.render("<+secrets.getValue(\"key\")>")
        // In two writes.
        try await execution.output.write(Array("the key is hunter2-".utf8)[...])
        try await execution.output.write(Array("hunter2 and aHVudGVyMi1odW50ZXIy\n".utf8)[...])
        return StepResult(
          .failed(.unknown), message: "could not use \(secret)", outputs: ["COPY": secret, "TOKEN": "s3cr3t-output"],
          secretOutputs: ["TOKEN"])
      }
      let seen = Mutex("")
      let use = ScriptedExecutor.Act.perform { execution in
        let text = try execution.evaluator.render("<+steps.a.output.outputVariables.TOKEN>")
        seen.withLock { $0 = text }
        try await execution.output.line("token: \(text)")
        return StepResult(.succeeded)
      }
      let spec = Node.mapping(["command": "use <+secrets.getValue(\"key\")>"])
      let conclusion = try await bench.run(
        .of(.stage("s", .run("a", source: spec), .run("b", when: .always))), ["a": [leak], "b": [use]])
      #expect(seen.withLock { $0 } == "s3cr3t-output")
      var everything = bench.output + (conclusion.message ?? "") + bench.observed.joined()
      let history = try await bench.history()
      everything += "\(history)"
      for event in try await bench.store.events(of: Sample.ulid()) { everything += event.payload.canonicalJSON }
      for attempt in history.attempts {
        everything += try bench.state.root.pushing(FilePath(attempt.logFile)).readText()
      }
      for secret in ["hunter2", "aHVudGVyMi1odW50ZXIy", "s3cr3t-output"] { #expect(!everything.contains(secret)) }
      #expect(bench.output.hasPrefix("the key is \(Masker.mask) and \(Masker.mask)\n"))
      #expect(history.attempts.first?.outputs == ["COPY": Masker.mask, "TOKEN": Masker.mask])
    }
  }

  @Test func `stages side by side have workspaces of their own`() async throws {
    try await RunBench.with { bench in
      let write = ScriptedExecutor.Act.perform { execution in
        let file = execution.workspace.directory.appending("mine")
        let isThere = exists(file)
        try file.write(execution.path.description)
        return isThere ? .failed() : StepResult(.succeeded)
      }
      let conclusion = try await bench.run(
        .of(.stages(.stage("one", .run("a")), .stage("two", .run("b"))), .stage("three", .run("c"))),
        ["a": [write], "b": [write], "c": [write]])
      #expect(conclusion.status == .succeeded)
    }
  }

  @Test func `the codebase is in every stage's workspace unless the stage declines`() async throws {
    try await RunBench.with { bench in
      let code = bench.state.root.removingLastComponent().appending("code")
      try code.pushing("src/main").write("x")
      let look = ScriptedExecutor.Act.perform { execution in
        StepResult(
          .succeeded, outputs: ["SEEN": "\(exists(execution.workspace.directory.pushing("src/main")))"])
      }
      try await bench.run(
        .of(.stage("one", .run("a")), .stage("two", clonesCodebase: false, .run("b"))), ["a": [look], "b": [look]],
        codebase: CodebaseState(directory: code.string))
      #expect(try await bench.history().attempts.map(\.outputs) == [["SEEN": "true"], ["SEEN": "false"]])
    }
  }

  @Test func `a workspace that cannot be made fails the stage`() async throws {
    try await RunBench.with { bench in
      let conclusion = try await bench.run(
        .of(.stage("s", .run("a"))), codebase: CodebaseState(directory: "/nonexistent/codebase"))
      #expect(conclusion.status == .failed)
      #expect(conclusion.message?.hasPrefix("s: the workspace could not be made: ") == true)
    }
  }

  @Test func `errors mean what their kind says`() {
    let digest = Digest(sample: 1)
    let rows: [(any Error, FailureType?, String?)] = [
      (StepFailure(.authorization, "no", exitCode: 3), .authorization, "no"),
      (ImageBuildError(.commandFailed, "RUN failed"), .unknown, "RUN failed"),
      (ImageBuildError(.environment, "no mounts"), .infrastructure, "no mounts"),
      (
        ImageBuildError(
          .invalidDockerfile, "wrong",
          diagnostics: [Diagnostic(Diagnostic.Code(5001), "unknown instruction", at: .nowhere, help: "use RUN")]),
        .unknown, "wrong\npipeline.yaml:1:1: error[SW5001]: unknown instruction (use RUN)"
      ),
      (ImageTransferError(.unreachable, "m"), .connectivity, "m"),
      (ImageTransferError(.unauthenticated, "m"), .authentication, "m"),
      (ImageTransferError(.forbidden, "m"), .authorization, "m"), (ImageTransferError(.refused, "m"), .unknown, "m"),
      (ImageTransferError(.digestMismatch, "m"), .unknown, "m"), (ScanError(.dataUnusable, "m"), .unknown, "m"),
      (OCIError(OCIError.Code.noSpace, "m"), .resourceLimits, "m"), (OCIError(.corrupt, "m"), .unknown, "m"),
      (CancellationError(), nil, "cancelled"),
      (CustodyBreach(.neverScanned, path: "i", expected: nil, found: digest), nil, "i was never scanned (\(digest))"),
    ]
    for (error, type, message) in rows {
      let result = Runner.result(of: error)
      #expect(result.failure == type, "\(error)")
      #expect(result.message == message)
    }
  }
}

extension RunBench {
  /// Returns when the run waits for the next attempt for so long: the step has ended then, and its own limit with it.
  func waitForDelay(of seconds: Int) async {
    await clock.waitForSleeper(until: Timestamp(milliseconds: clock.now.milliseconds + Int64(seconds) * 1000))
  }
}
