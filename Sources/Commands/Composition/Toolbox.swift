import Engine
import ImageBuilding
import Ledger
import Model
import OCI
import PipelineFile
import Processes
import RegistryClient
import RegistryServer
import Scanning
import SystemPackage

/// The concrete types of one command, put together in one place: everything else knows only roles.
struct Toolbox: Sendable {
  let surroundings: Surroundings
  let state: StateDirectory
  let blobs: BlobStore
  let clock = EngineClock.system
  let commands = HostCommandRunner()
  let sandboxHelper: SandboxHelper
  let sandbox: ContainedSandbox

  init(surroundings: Surroundings, state: FilePath) {
    self.surroundings = surroundings
    self.state = StateDirectory(root: state)
    blobs = BlobStore(root: self.state.blobs)
    sandboxHelper = SandboxHelper(besideExecutable: surroundings.executable)
    sandbox = ContainedSandbox(helper: sandboxHelper)
  }

  var registryStore: RegistryStore { RegistryStore(directory: state.registry, blobs: blobs) }

  var locks: RunLocks { RunLocks(stateDirectory: state.root) }

  /// The ledger, made when it is not there.
  func openLedger() throws -> SQLiteRunStore {
    try state.root.createDirectories()
    return try SQLiteRunStore(at: state.ledger, locks: locks)
  }

  /// The ledger for looking at it only: nothing is created.
  func readLedger() throws -> SQLiteRunStore {
    guard FileSystem.exists(state.ledger) else {
      throw CommandFailure(
        .usage,
        "nothing has been run yet with '\(surroundings.shown(state.root))' as the state directory"
          + " (another one is named with --state)")
    }
    do {
      return try SQLiteRunStore(readingFrom: state.ledger, locks: locks)
    } catch {
      guard error.code == .olderSchema else { throw error }
    }
    // Brought up to date first; where that is not allowed, its own message says so.
    try openLedger().close()
    return try SQLiteRunStore(readingFrom: state.ledger, locks: locks)
  }

  var codebase: CodebaseReader {
    CodebaseReader(commands: commands, environment: surroundings.toolEnvironment)
  }

  /// Ends what the sandbox keeps for further processes.
  func endSandbox() { sandbox.close() }

  /// In a user namespace the kernel lets overlays keep their marks only in attributes of the user's own.
  private var usesUserAttributes: Bool { surroundings.environment["SLIPWAY_USER_NAMESPACE"] != nil }

  func registryClient(_ settings: Settings) throws -> DistributionClient {
    DistributionClient(configuration: try registries(settings), userAgent: Self.userAgent)
  }

  static let userAgent = "slipway/" + Surroundings.version

  func registries(_ settings: Settings) throws -> RegistryConfiguration {
    var registries: [String: RegistryConfiguration.Registry] = [:]
    var certificate: FilePath?
    for setting in settings.registries {
      let mirrors = try setting.mirror.map { [try RegistryEndpoint(registry: setting.host, address: $0.description)] }
      registries[setting.host] = RegistryConfiguration.Registry(
        plainHTTP: setting.usesPlainHTTP ? true : nil,
        endpoint: try setting.address.map { try RegistryEndpoint(registry: setting.host, address: $0.description) },
        mirrors: mirrors ?? [])
      certificate = certificate ?? setting.certificate
    }
    return RegistryConfiguration(registries: registries, certificateAuthorities: certificate)
  }

  func builder(
    images: [ImageSetting], host: RegistryHost, client: DistributionClient
  ) -> EmbeddedImageBuilder {
    let (blobs, sandbox, state, usesUserAttributes) = (blobs, sandbox, state, usesUserAttributes)
    let embedded = EmbeddedSource(host: host, store: registryStore, client: client, blobs: blobs)
    let remote = RegistryImageSource(client: client, blobs: blobs)
    @Sendable func make(_ local: LocalImages) -> EmbeddedImageBuilder {
      EmbeddedImageBuilder(
        store: blobs, sources: [embedded, local, remote], sandbox: sandbox, layerDirectory: state.layers,
        cacheDirectory: state.buildCache, usesUserAttributes: usesUserAttributes)
    }
    return make(LocalImages(images: images, blobs: blobs, makeBuilder: make))
  }

  /// `trivy` where it is on the PATH, else the embedded scanner.
  func scanner() throws -> any Scanner {
    let environment = surroundings.toolEnvironment
    if let trivy = commands.locate("trivy", environment: environment) {
      return TrivyScanner(
        TrivyScanner.Configuration(
          program: trivy, environment: environment, temporaryDirectory: state.root.appending("tmp")),
        runner: commands, blobs: blobs, makeName: { RegistryStore.randomIdentifier() })
    }
    return EmbeddedScanner(blobs: blobs, advisories: try AdvisoryPack.embedded(), version: Surroundings.version)
  }
}

extension Toolbox {
  func runExecutor(_ builder: EmbeddedImageBuilder, environment: [String: String]) -> RunExecutor {
    RunExecutor(stepProcesses(builder, environment: environment))
  }

  private func stepProcesses(_ builder: EmbeddedImageBuilder, environment: [String: String]) -> StepProcesses {
    StepProcesses(
      sandbox: sandbox,
      containers: UnpackedImages(builder, pulled: PulledImages(directory: state.pulledImages, store: blobs)),
      hostEnvironment: environment)
  }

  /// The executors of the steps that run programs, keep caches and upload files.
  func stepExecutors(
    _ builder: EmbeddedImageBuilder, environment: [String: String],
    remote: @escaping @Sendable (_ connector: String, _ repository: String?) throws -> GitRemote?
  ) -> [any StepExecutor] {
    let processes = stepProcesses(builder, environment: environment)
    return [
      RunExecutor(processes), RunTestsExecutor(processes), PluginExecutor(processes),
      BackgroundExecutor(processes, clock: clock, isListening: ListeningPort.isOpen),
      GitCloneExecutor(processes, remote: remote), CacheExecutor(buckets: state.buckets, clock: clock),
      UploadExecutor(buckets: state.buckets), WaitExecutor(clock: clock),
    ]
  }

  /// Starts this program again as root of a user namespace of its own when its user is not root: only there may it mount, and keep
  /// files under the owners that images have. Returns when nothing of that is needed.
  func becomeRoot() throws {
    guard UserNamespace.isNeeded else { return }
    var environment = surroundings.environment
    environment["SLIPWAY_USER_NAMESPACE"] = "1"
    environment["SLIPWAY_USER"] = surroundings.userName
    try UserNamespace.enter(
      helper: sandboxHelper, executable: surroundings.executable,
      arguments: CommandLine.arguments, environment: environment)
  }
}
