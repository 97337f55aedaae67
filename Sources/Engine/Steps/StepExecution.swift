package import Model
package import SystemPackage

/// Everything that one attempt at a step is given.
package struct StepExecution: Sendable {
  package let run: Run
  package let stage: Stage
  package let step: Step
  package let path: StepPath
  package let attempt: Int
  package let workspace: Workspace
  package let evaluator: StepEvaluator
  /// What every step's processes find in their environment, from the run, the pipeline's and the stage's variables.
  package let environment: [String: String]
  package let output: OutputSink
  /// A directory of this attempt's own, outside of the workspace, removed afterwards.
  package let scratch: FilePath
  /// Where Harness would run the stage.
  package let infrastructure: Infrastructure
  package let codebase: CodebaseState?
  package let recorder: StepRecorder
  /// What this run, and those that it replays, have built and scanned so far.
  package let custody: @Sendable () async -> Custody
  package let sharedPaths: [SharedPath]
  /// What runs beside the steps of the stage.
  package let services: StageServices
  /// Opens the log of the service that the step starts.
  package let openServiceLog: @Sendable () throws -> ServiceLog

  package init(
    run: Run, stage: Stage, step: Step, path: StepPath, attempt: Int, workspace: Workspace, evaluator: StepEvaluator,
    environment: [String: String], output: OutputSink, scratch: FilePath, infrastructure: Infrastructure,
    codebase: CodebaseState?, recorder: StepRecorder, custody: @escaping @Sendable () async -> Custody,
    sharedPaths: [SharedPath] = [], services: StageServices = StageServices(),
    openServiceLog: @escaping @Sendable () throws -> ServiceLog = { .discard }
  ) {
    self.run = run
    self.stage = stage
    self.step = step
    self.path = path
    self.attempt = attempt
    self.workspace = workspace
    self.evaluator = evaluator
    self.environment = environment
    self.output = output
    self.scratch = scratch
    self.infrastructure = infrastructure
    self.codebase = codebase
    self.recorder = recorder
    self.custody = custody
    self.sharedPaths = sharedPaths
    self.services = services
    self.openServiceLog = openServiceLog
  }

  /// The file that a setting means.
  ///
  /// - Throws: ``StepFailure`` that names the setting, when the path leads out of the workspace.
  package func resolve(_ written: String, setting: String) throws -> FilePath {
    do {
      return try workspace.resolve(written)
    } catch {
      throw StepFailure(.configuration, "\(setting): \(error.message)")
    }
  }
}

/// Lets a step put into the ledger what it has done while it is still at it.
package struct StepRecorder: Sendable {
  private let write:
    @Sendable (_ events: [LedgerEntry.Event], _ facts: [LedgerEntry.Fact], _ isDurable: Bool) async throws -> Void

  package init(
    _ write: @escaping @Sendable ([LedgerEntry.Event], [LedgerEntry.Fact], Bool) async throws -> Void
  ) {
    self.write = write
  }

  package func record(
    _ event: LedgerEntry.Event, facts: [LedgerEntry.Fact] = [], isDurable: Bool = false
  ) async throws {
    try await write([event], facts, isDurable)
  }
}
