import Engine
import Ledger
import Model
import OCI
import PipelineFile
import RegistryClient
import SystemPackage

/// One execution of a pipeline from the command line: preparation, the run itself, what is shown of it, the exit code.
struct RunSession {
  let workplace: Workplace
  let plan: Plan
  let toolbox: Toolbox
  let terminal: Terminal
  let isJSON: Bool
  /// Whether images go to the real registries.
  let isLive: Bool
  /// `--jobs`
  var jobs: Int?
  /// What the command line says about snapshots; nil leaves it to the settings.
  var snapshots: SnapshotPolicy?
  /// Whether a shell is opened where a step has failed.
  var breaksOnFailure = false
  /// What the run's first event says beyond its origin.
  var payload: Value = .map([:])

  private var snapshotPolicy: SnapshotPolicy {
    snapshots ?? workplace.settings.snapshots.flatMap { SnapshotPolicy(rawValue: $0.value.rawValue) } ?? .step
  }

  /// - Throws: ``ExitStatus`` when the run did not succeed.
  func run(
    codebase: CodebaseState?, faults: [StepPath: FailureType], takeOver: TakeOver?
  ) async throws {
    let limitations = plan.limitations()
    DiagnosticReport(limitations, sources: workplace.sources, terminal: terminal).show()
    if limitations.contains(where: { $0.severity == .error }) { throw ExitStatus.invalidPipeline }

    let store = try toolbox.openLedger()
    var random = SystemRandomNumberGenerator()
    let started = toolbox.clock.now()
    let identifier = ULID(milliseconds: started.milliseconds, random: &random)
    let lock = try toolbox.locks.acquire(identifier)
    defer { lock.release() }
    let material = RunMaterial(toolbox: toolbox, plan: plan, run: identifier)
    let codebase = try await material.codebase(codebase, policy: snapshotPolicy)
    if let takeOver { try await material.provide(takeOver) }
    let origin = RunOrigin(
      pipelineFile: workplace.pipelineFile,
      pipelineDigest: try toolbox.blobs.put(workplace.pipelineSource.bytes),
      settingsDigest: try workplace.settingsSource.map { try toolbox.blobs.put($0.bytes) },
      pipelineDirectory: workplace.directory.string, codebase: codebase, inputs: workplace.inputs,
      templates: try Dictionary(workplace.templates.map { ($0.file, try toolbox.blobs.put($0.bytes)) }) { first, _ in
        first
      },
      trigger: workplace.trigger?.canonicalJSON, replayOf: takeOver?.source, actor: toolbox.surroundings.userName,
      version: Surroundings.version)
    let run = try await store.begin(
      RunDraft(
        id: identifier, pipeline: workplace.pipeline.identifier, pipelineName: workplace.pipeline.name,
        startedAt: started, origin: origin, payload: payload))

    let signals = StopSignals()
    // A tree that is drawn anew all the time and a shell cannot share a screen.
    let renderer: any ProgressRenderer =
      breaksOnFailure && !isJSON
      ? PlainRenderer(terminal: terminal, clock: toolbox.clock)
      : ProgressRenderers.make(terminal: terminal, isJSON: isJSON, clock: toolbox.clock)
    let conclusion = try await execute(
      run, store: store, faults: faults, takeOver: takeOver, signals: signals, renderer: renderer)
    let status = ExitStatus(conclusion, signal: signals.signal)
    if isJSON {
      JSONLinesRenderer(terminal: terminal).conclude(conclusion, exitCode: status.rawValue)
    } else {
      RunSummary(
        history: try await store.history(of: run.id), stateDirectory: toolbox.surroundings.shown(toolbox.state.root)
      ).show(on: terminal)
    }
    if status != .success { throw status }
  }

  private func execute(
    _ run: Run, store: SQLiteRunStore, faults: [StepPath: FailureType], takeOver: TakeOver?, signals: StopSignals,
    renderer: any ProgressRenderer
  ) async throws -> RunConclusion {
    let external = try workplace.settings.registry.map { try RegistryEndpoint(address: $0.value.description) }
    let host = RegistryHost(store: toolbox.registryStore, external: external)
    let client = try toolbox.registryClient(workplace.settings)
    let masker = Masker()
    let secret = secret(masker)
    let live = isLive ? try LiveRegistries(workplace: workplace, toolbox: toolbox, secret: secret) : nil
    var services = try services(
      store: store, host: host, live: live, client: client, renderer: renderer, masker: masker, secret: secret)
    services.concurrency = StrategyConcurrency(jobs: jobs, processors: Machine.processors)
    if !isJSON, let desk = TerminalDesk(terminal, clock: toolbox.clock) { services.interventions = desk }
    let runner = Runner(plan: plan, run: run, services: services, takeOver: takeOver, faults: faults)
    let result: Result<RunConclusion, any Error>
    do {
      result = .success(
        try await withThrowingTaskGroup(of: RunConclusion?.self) { group in
          group.addTask {
            await host.run()
            return nil
          }
          group.addTask {
            await renderer.run()
            return nil
          }
          group.addTask { try await runner.run(cancellation: signals.latch) }
          defer { group.cancelAll() }
          while let ended = try await group.next() {
            if let conclusion = ended { return conclusion }
          }
          preconditionFailure("the runner always ends with a conclusion or an error")
        })
    } catch {
      result = .failure(error)
    }
    toolbox.endSandbox()
    try await client.close()
    try await live?.close()
    return try result.get()
  }

  func services(
    store: any RunStore, host: RegistryHost, live: LiveRegistries?, client: DistributionClient,
    renderer: any ProgressRenderer, masker: Masker, secret: @escaping @Sendable (String) throws -> String?
  ) throws -> RunServices {
    let builder = toolbox.builder(images: workplace.settings.images, host: host, client: client)
    let embedded = EmbeddedDestination(host: host, client: client, blobs: toolbox.blobs)
    let destinations: BuildAndPushExecutor.Destinations = { connector, registry in
      try await live?.destination(connector: connector, registry: registry) ?? embedded
    }
    let (connectors, pipeline) = (workplace.connectors, workplace.pipeline)
    let runExecutor = toolbox.runExecutor(builder, environment: toolbox.surroundings.toolEnvironment)
    var services = RunServices(
      store: store,
      executors: [
        BuildAndPushExecutor(builder: builder, destinations: destinations, blobs: toolbox.blobs, clock: toolbox.clock) {
          Self.registry(of: $0, connectors, pipeline)
        },
        ScanExecutor(scanner: try toolbox.scanner()),
      ] as [any StepExecutor]
        + toolbox.stepExecutors(builder, environment: toolbox.surroundings.toolEnvironment) {
          [secrets = workplace.secrets] in
          try Self.remote($0, repository: $1, connectors, pipeline) { reference in
            let value = try secrets.value(of: reference)
            value.map(masker.add)
            return value
          }
        },
      blobs: toolbox.blobs, codebase: toolbox.codebase, state: toolbox.state, clock: toolbox.clock, masker: masker,
      surroundings: RunSurroundings(
        accountIdentifier: workplace.settings.account.identifier, accountName: workplace.settings.account.name,
        variables: workplace.settings.variables.mapValues(\.raw), secretNames: workplace.secrets.names,
        actorName: toolbox.surroundings.userName, trigger: workplace.trigger ?? .null, secret: secret),
      custodyPolicy: (workplace.settings.custody?.value.rawValue).flatMap(CustodyPolicy.init),
      snapshotPolicy: snapshotPolicy, onFailure: breaksOnFailure ? breaking(runExecutor) : nil,
      observe: { await renderer.receive($0) })
    services.outputsAreEnvironment = workplace.settings.featureFlags.contains(.outputsAsEnvironment)
    return services
  }

  /// Gives secrets their values, each of which is hidden from then on.
  func secret(_ masker: Masker) -> @Sendable (String) throws -> String? {
    { [secrets = workplace.secrets] identifier in
      let value = try secrets.value(of: identifier)
      value.map(masker.add)
      return value
    }
  }

  /// The repository that a git connector points to; nil for other connectors and for unknown ones.
  private static func remote(
    _ reference: String, repository: String?, _ connectors: ConnectorCatalog, _ pipeline: Pipeline,
    secret: (String) throws -> String?
  ) throws -> GitRemote? {
    let connector = connectors.connector(
      named: reference, organization: pipeline.organization, project: pipeline.project)
    guard case .git(let git)? = connector?.spec else { return nil }
    let isAccount = git.reach != .repository
    let location = git.url.raw + (isAccount ? repository.map { "/" + $0 } ?? "" : "")
    let userName: String? =
      switch git.userName {
      case .plain(let text): text.raw
      case .secret(let name): try secret(name.description)
      case nil: nil
      }
    return GitRemote(
      location: location, userName: userName, password: try git.password.flatMap { try secret($0.description) })
  }

  /// The registry that a Docker connector points to; nil for other connectors and for unknown ones.
  private static func registry(of reference: String, _ connectors: ConnectorCatalog, _ pipeline: Pipeline) -> String? {
    let connector = connectors.connector(
      named: reference, organization: pipeline.organization, project: pipeline.project)
    guard case .dockerRegistry(let registry)? = connector?.spec else { return nil }
    return registry.url.raw
  }
}
