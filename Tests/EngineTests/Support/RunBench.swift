import Engine
import Model
import OCI
import Synchronization
import SystemPackage
import TestSupport

/// A place to run pipelines in: a state directory, a ledger in memory, a clock that the test moves.
final class RunBench: Sendable {
  let state: StateDirectory
  let blobs: BlobStore
  let clock = ManualClock()
  let store: GatedStore
  let masker = Masker()
  let secrets: [String: String]
  private let progress = Mutex<[String]>([])
  private let printed = Mutex<[UInt8]>([])

  init(_ root: FilePath, store: GatedStore = GatedStore(), secrets: [String: String] = [:]) {
    state = StateDirectory(root: root.appending("state"))
    blobs = BlobStore(root: state.blobs)
    self.store = store
    self.secrets = secrets
  }

  static func with(
    store: GatedStore = GatedStore(), secrets: [String: String] = [:], _ work: (RunBench) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { root in try await work(RunBench(root, store: store, secrets: secrets)) }
  }

  /// `PATH STATUS` for each change, and the notices.
  var observed: [String] { progress.withLock { $0 } }
  var output: String { String(decoding: printed.withLock { $0 }, as: UTF8.self) }

  func begin(_ number: Int = 1, codebase: CodebaseState? = nil, replayOf: ULID? = nil) async throws -> Run {
    let sample = Sample.run(number, codebase: codebase, replayOf: replayOf)
    return try await store.begin(
      RunDraft(
        id: sample.id, pipeline: sample.pipeline, pipelineName: sample.pipelineName, startedAt: clock.now,
        origin: sample.origin))
  }

  func runner(
    _ pipeline: Pipeline, _ run: Run, _ executor: ScriptedExecutor, takeOver: TakeOver? = nil,
    faults: [StepPath: FailureType] = [:]
  ) -> Runner {
    let secrets = secrets
    return Runner(
      plan: Plan(pipeline), run: run,
      services: RunServices(
        store: store, executors: [executor], blobs: blobs,
        codebase: CodebaseReader(commands: HostCommands(), environment: [:]), state: state, clock: clock.engineClock,
        masker: masker, surroundings: RunSurroundings(actorName: "zoe") { secrets[$0] }, custodyPolicy: nil,
        observe: { self.note($0) }),
      takeOver: takeOver, faults: faults)
  }

  /// Runs a pipeline to its end.
  @discardableResult
  func run(
    _ pipeline: Pipeline, _ script: [String: [ScriptedExecutor.Act]] = [:], codebase: CodebaseState? = nil,
    faults: [StepPath: FailureType] = [:]
  ) async throws -> RunConclusion {
    let run = try await begin(codebase: codebase)
    return try await runner(pipeline, run, ScriptedExecutor(script), faults: faults).run(cancellation: Latch())
  }

  func history(_ number: Int = 1) async throws -> RunHistory { try await store.history(of: Sample.ulid(number)) }

  /// `KIND SUBJECT` of every event.
  func events(_ number: Int = 1) async throws -> [String] {
    try await store.events(of: Sample.ulid(number)).map { "\($0.kind) \($0.subject)" }
  }

  func status(_ path: StepPath, _ number: Int = 1) async throws -> Status? {
    try await history(number).nodes.first { $0.path == path }?.status
  }

  private func note(_ news: RunProgress) {
    switch news {
    case .output(_, let bytes): printed.withLock { $0 += bytes }
    case .changed(let path, let status, _, _): progress.withLock { $0.append("\(path) \(status.rawValue)") }
    case .notice(let path, let text): progress.withLock { $0.append("\(path): \(text)") }
    case .started, .expanded, .attempt, .finished: break
    }
  }
}
