import Engine
import Glibc
import ImageBuilding
import Model
import OCI
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// When a registry is asked for an image that steps run in.
@Suite struct PullPolicyTests {
  /// What it has may change under the same name.
  private final class Registry: ImageSource {
    let name = "the registry"
    let isRemote: Bool
    private let state = Mutex<(image: StoredImage?, isDown: Bool, asked: Int)>((nil, false, 0))

    init(isRemote: Bool) { self.isRemote = isRemote }

    var asked: Int { state.withLock(\.asked) }
    func serve(_ image: StoredImage?) { state.withLock { $0.image = image } }
    func shutDown() { state.withLock { $0.isDown = true } }

    func fetch(_ reference: ImageReference, platform: Platform, output: OutputSink) async throws -> StoredImage? {
      try state.withLock { state in
        state.asked += 1
        if state.isDown { throw ImageTransferError(.unreachable, "the registry cannot be reached") }
        return state.image
      }
    }
  }

  private struct Bench {
    let bench: Workbench
    let registry: Registry
    let old: StoredImage
    let new: StoredImage
    private let images: UnpackedImages
    private let reference: ImageReference

    init(isRemote: Bool = true) throws {
      bench = try Workbench()
      registry = Registry(isRemote: isRemote)
      reference = "registry.example/app:1"
      old = try bench.addBusybox("old") { $0.config.labels = ["is": "old"] }
      new = try bench.addBusybox("new") { $0.config.labels = ["is": "new"] }
      let builder = EmbeddedImageBuilder(
        store: bench.store, sources: [registry],
        sandbox: ContainedSandbox(helper: SandboxHelper(path: "/nowhere/slipway-sandbox")),
        layerDirectory: bench.directory("layers"), cacheDirectory: bench.directory("cache"),
        usesUserAttributes: Workbench.isInUserNamespace)
      images = UnpackedImages(
        builder, pulled: PulledImages(directory: bench.directory("pulled"), store: bench.store))
      registry.serve(old)
    }

    /// Which of the two images steps would run in.
    func image(_ policy: StepContainer.PullPolicy) async throws -> String? {
      try await images.root(of: reference, policy: policy, output: .discard).configuration.config.labels["is"]
    }
  }

  @Test func `IfNotPresent asks once, Always each time, and Never not at all`() async throws {
    let bench = try Bench()
    #expect(try await bench.image(.ifNotPresent) == "old")
    bench.registry.serve(bench.new)
    #expect(try await bench.image(.ifNotPresent) == "old")
    #expect(try await bench.image(.never) == "old")
    #expect(bench.registry.asked == 1)
    #expect(try await bench.image(.always) == "new")
    #expect(try await bench.image(.never) == "new")
    #expect(bench.registry.asked == 2)
  }

  @Test func `Never without the image is refused with a way out`() async throws {
    let bench = try Bench()
    let error = await #expect(throws: ImageBuildError.self) { try await bench.image(.never) }
    #expect(error?.code == .baseImageMissing)
    #expect(error?.message.contains("imagePullPolicy: Never") == true)
    #expect(bench.registry.asked == 0)
  }

  @Test func `Always does not do with an old image when the registry is gone, and says what would`() async throws {
    let bench = try Bench()
    _ = try await bench.image(.always)
    bench.registry.shutDown()
    let error = await #expect(throws: ImageTransferError.self) { try await bench.image(.always) }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("imagePullPolicy: IfNotPresent") == true)
    #expect(try await bench.image(.ifNotPresent) == "old")
  }

  @Test func `an image whose blobs were pruned is one that is not there`() async throws {
    let bench = try Bench()
    _ = try await bench.image(.ifNotPresent)
    bench.registry.serve(bench.new)
    let configuration = try bench.bench.store.manifest(of: bench.old).config.digest
    try remove(bench.bench.store.path(of: configuration))
    #expect(try await bench.image(.ifNotPresent) == "new")
  }

  @Test func `what this machine has itself is taken as it is now, whatever the policy`() async throws {
    let bench = try Bench(isRemote: false)
    #expect(try await bench.image(.never) == "old")
    bench.registry.serve(bench.new)
    #expect(try await bench.image(.ifNotPresent) == "new")
  }

  private func remove(_ path: FilePath) throws {
    try #require(path.withPlatformString { unlink($0) } == 0)
  }
}
