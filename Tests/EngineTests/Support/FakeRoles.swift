import Engine
import Model
import OCI
import Synchronization
import SystemPackage
import TestSupport

/// Builds an image of one file, which says what was asked for.
final class FakeBuilder: ImageBuilder {
  private let blobs: BlobStore
  private let seen = Mutex<[ImageBuildRequest]>([])

  init(_ blobs: BlobStore) {
    self.blobs = blobs
  }

  var requests: [ImageBuildRequest] { seen.withLock { $0 } }

  func build(_ request: ImageBuildRequest, output: OutputSink) async throws -> StoredImage {
    seen.withLock { $0.append(request) }
    try await output.line("building \(request.dockerfileName)")
    return try Self.image(in: blobs, text: "\(request.buildArguments.sorted { $0.key < $1.key })")
  }

  static func image(in blobs: BlobStore, text: String) throws -> StoredImage {
    let layer = try LayerWriter(into: blobs, modificationTime: 0)
    let bytes = Array(text.utf8)
    try layer.add(
      LayerEntry(path: "etc", kind: .directory, permissions: 0o755))
    try layer.add(
      LayerEntry(path: "etc/motd", kind: .file(size: Int64(bytes.count)), permissions: 0o644), contents: .bytes(bytes))
    let finished = try layer.finish()
    return try blobs.put(
      configuration: ImageConfiguration(
        created: "1970-01-01T00:00:00Z", platform: .host, config: .init(env: ["PATH=/bin", "FROM=image"]),
        diffIDs: [finished.diffID], history: [.init(createdBy: "test")]),
      layers: [finished.descriptor])
  }
}

/// Takes every image, and says that it serves it, or something else.
final class FakeDestination: ImageDestination {
  let name = "the test registry"
  private let readBack: Digest?
  private let failure: ImageTransferError?
  private let taken = Mutex<[String]>([])

  init(readBack: Digest? = nil, failure: ImageTransferError? = nil) {
    self.readBack = readBack
    self.failure = failure
  }

  /// `REFERENCE@DIGEST` in the order in which they came.
  var pushed: [String] { taken.withLock { $0 } }

  func push(_ image: StoredImage, to reference: ImageReference, output: OutputSink) async throws -> Digest {
    if let failure { throw failure }
    taken.withLock { $0.append("\(reference)@\(image.digest)") }
    return readBack ?? image.digest
  }
}

/// Finds what it is told to find, in whatever it is given.
struct FakeScanner: Engine.Scanner {
  var findings: [Finding] = []
  var remarks: [String] = []

  func scan(archive: FilePath, output: OutputSink) async throws -> ScanReport {
    try TemporaryDirectory.with { directory in
      let blobs = BlobStore(root: directory)
      let contents = try ImageArchive.read(from: archive, into: blobs)
      return ScanReport(
        scanner: .init(name: "fake", version: "1", data: ["Debian 2024-10"]), archiveDigest: contents.archiveDigest,
        manifestDigest: contents.image.digest,
        configurationDigest: try blobs.manifest(of: contents.image).config.digest, operatingSystem: "Debian 11",
        packages: [Self.package], findings: findings, remarks: remarks)
    }
  }

  static let package = InstalledPackage(kind: .debian, name: "openssl", version: "1.1.1")

  static func finding(_ severity: Severity, _ name: String = "CVE-1", fixed: String? = nil) -> Finding {
    Finding(vulnerability: name, package: package, severity: severity, fixedVersion: fixed, source: "Debian")
  }
}

/// Ends as it is told to, after it has done what a process would have done.
final class FakeSandbox: Sandbox {
  private let exit: ProcessExit
  private let work: @Sendable (SandboxedProcess) throws -> Void
  private let obstacles: [String]
  private let seen = Mutex<[SandboxedProcess]>([])

  init(
    _ exit: ProcessExit = .exited(code: 0), obstacles: [String] = [],
    _ work: @escaping @Sendable (SandboxedProcess) throws -> Void = { _ in }
  ) {
    self.exit = exit
    self.obstacles = obstacles
    self.work = work
  }

  func obstacles(to limits: SandboxedProcess.Limits) -> [String] { obstacles }

  var processes: [SandboxedProcess] { seen.withLock { $0 } }

  func run(_ process: SandboxedProcess, output: OutputSink) async throws -> ProcessExit {
    seen.withLock { $0.append(process) }
    try work(process)
    try await output.line("from the process")
    return exit
  }
}

/// Knows one image.
struct FakeContainers: ContainerRoots {
  func root(
    of reference: ImageReference, policy: StepContainer.PullPolicy, output: OutputSink
  ) async throws -> ContainerRoot {
    guard reference.repository != "library/missing" else {
      throw ImageBuildError(.baseImageMissing, "no source knows \(reference)")
    }
    return ContainerRoot(
      lowerDirectories: ["/layers/2", "/layers/1"],
      configuration: ImageConfiguration(
        platform: .host, config: .init(env: ["PATH=/image/bin", "LANG=C", "broken"]), diffIDs: []))
  }
}
