package import OCI

/// What a runner works with. Put together by the command, and by tests.
package struct RunServices: Sendable {
  package let store: any RunStore
  package let executors: [any StepExecutor]
  package let blobs: BlobStore
  package let codebase: CodebaseReader
  package let state: StateDirectory
  package let clock: EngineClock
  package let masker: Masker
  package let surroundings: RunSurroundings
  package let custodyPolicy: CustodyPolicy?
  /// How many instances of a strategy run at a time.
  package var concurrency = StrategyConcurrency(processors: 2)
  package var interventions: any InterventionDesk = UnattendedDesk()
  /// Harness's flag CI_OUTPUT_VARIABLES_AS_ENV: what a step puts out is in the environment of the stage's later steps.
  package var outputsAreEnvironment = false
  package let snapshotPolicy: SnapshotPolicy
  package let observe: @Sendable (RunProgress) async -> Void
  /// Called when an attempt has failed, while its container and its scratch directory are still there.
  package let onFailure: (@Sendable (StepExecution, StepResult) async -> Void)?

  package init(
    store: any RunStore, executors: [any StepExecutor], blobs: BlobStore, codebase: CodebaseReader,
    state: StateDirectory, clock: EngineClock, masker: Masker, surroundings: RunSurroundings,
    custodyPolicy: CustodyPolicy?, snapshotPolicy: SnapshotPolicy = .step,
    onFailure: (@Sendable (StepExecution, StepResult) async -> Void)? = nil,
    observe: @escaping @Sendable (RunProgress) async -> Void
  ) {
    self.store = store
    self.executors = executors
    self.blobs = blobs
    self.codebase = codebase
    self.state = state
    self.clock = clock
    self.masker = masker
    self.surroundings = surroundings
    self.custodyPolicy = custodyPolicy
    self.snapshotPolicy = snapshotPolicy
    self.observe = observe
    self.onFailure = onFailure
  }

  /// The same with another place to leave things.
  package func with(state: StateDirectory) -> RunServices {
    var services = RunServices(
      store: store, executors: executors, blobs: blobs, codebase: codebase, state: state, clock: clock, masker: masker,
      surroundings: surroundings, custodyPolicy: custodyPolicy, snapshotPolicy: snapshotPolicy, onFailure: onFailure,
      observe: observe)
    services.outputsAreEnvironment = outputsAreEnvironment
    return services
  }
}
