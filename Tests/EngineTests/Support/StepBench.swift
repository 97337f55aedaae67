import Engine
import Model
import OCI
import Synchronization
import SystemPackage
import TestSupport

/// One stage's workspace in which single steps are executed, with what they print and record.
final class StepBench: Sendable {
  let root: FilePath
  let workspace: Workspace
  let blobs: BlobStore
  let clock = ManualClock()
  let custodyRecords = CustodyRecords()
  let policy: CustodyPolicy?
  private let printed = Mutex<[UInt8]>([])
  private let records = Mutex<(events: [LedgerEntry.Event], facts: [LedgerEntry.Fact], durable: [String])>(([], [], []))

  init(_ root: FilePath, policy: CustodyPolicy? = nil) throws {
    self.root = root
    self.policy = policy
    workspace = Workspace(directory: root.appending("workspace"))
    blobs = BlobStore(root: root.appending("blobs"))
    try makeDirectory(workspace.directory)
    try makeDirectory(root.appending("scratch"))
  }

  static func with(policy: CustodyPolicy? = nil, _ work: (StepBench) async throws -> Void) async throws {
    try await TemporaryDirectory.with { root in try await work(StepBench(root, policy: policy)) }
  }

  var output: String { String(decoding: printed.withLock { $0 }, as: UTF8.self) }
  var lines: [String] { output.split(separator: "\n").map(String.init) }
  var events: [LedgerEntry.Event] { records.withLock(\.events) }
  var facts: [LedgerEntry.Fact] { records.withLock(\.facts) }
  /// The kinds of the events that are synced to the disk.
  var durable: [String] { records.withLock(\.durable) }

  var scratch: FilePath { root.appending("scratch") }

  func execution(
    _ spec: StepSpec, step identifier: Identifier = "step", stage stageIdentifier: Identifier = "s",
    infrastructure: Infrastructure = .kubernetes, environment: [String: String] = [:], codebase: CodebaseState? = nil
  ) throws -> StepExecution {
    let pipeline = Pipeline.of(
      .stage(stageIdentifier, infrastructure: infrastructure, .run(identifier, spec: spec)))
    let path = StepPath(stage: stageIdentifier).appending(identifier)
    let run = Sample.run(7, codebase: codebase)
    let masker = Masker()
    guard case .stage(let stage) = pipeline.stages[0], case .step(let step) = stage.steps[0] else {
      preconditionFailure("the sample has one stage with one step")
    }
    let (custodyRecords, policy) = (custodyRecords, policy)
    return StepExecution(
      run: run, stage: stage, step: step, path: path, attempt: 1, workspace: workspace,
      evaluator: StepEvaluator(
        scope: RunScope(
          plan: Plan(pipeline), run: run, state: RunState(), surroundings: RunSurroundings(actorName: "zoe"),
          masker: masker, place: path),
        clock: clock.engineClock, masker: masker),
      environment: environment, output: OutputSink { bytes in self.printed.withLock { $0 += bytes } }, scratch: scratch,
      infrastructure: infrastructure, codebase: codebase,
      recorder: StepRecorder { events, facts, isDurable in
        self.records.withLock {
          $0.events += events
          $0.facts += facts
          if isDurable { $0.durable += events.map(\.kind) }
        }
        custodyRecords.add(facts)
      }, custody: { custodyRecords.custody(policy: policy) })
  }
}

/// The step ended with this failure.
func failure(_ work: () async throws -> StepResult) async -> StepFailure? {
  do {
    let result = try await work()
    return StepFailure(.unknown, "it ended as \(result.outcome)")
  } catch {
    return error as? StepFailure ?? StepFailure(.unknown, "it threw \(error)")
  }
}
