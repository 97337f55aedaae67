package import Model
package import OCI
import Synchronization
import SystemPackage

/// `BuildAndPush…`: builds an image, leaves its archive in the workspace, pushes it, as the step's settings say.
package struct BuildAndPushExecutor: StepExecutor {
  /// Where a step with this connector pushes to this registry.
  ///
  /// It throws ``StepFailure`` when the connector does not open that registry.
  package typealias Destinations =
    @Sendable (_ connector: String?, _ registry: String) async throws -> any ImageDestination

  private let builder: any ImageBuilder
  private let destinations: Destinations
  private let blobs: BlobStore
  private let clock: EngineClock
  /// The registry that a Docker connector points to, by the connector's reference.
  private let connectorRegistry: @Sendable (String) -> String?

  /// Pushes everything to one place, whatever the connector.
  package init(
    builder: any ImageBuilder, destination: any ImageDestination, blobs: BlobStore, clock: EngineClock,
    connectorRegistry: @escaping @Sendable (String) -> String?
  ) {
    self.init(
      builder: builder, destinations: { _, _ in destination }, blobs: blobs, clock: clock,
      connectorRegistry: connectorRegistry)
  }

  package init(
    builder: any ImageBuilder, destinations: @escaping Destinations, blobs: BlobStore, clock: EngineClock,
    connectorRegistry: @escaping @Sendable (String) -> String?
  ) {
    self.builder = builder
    self.destinations = destinations
    self.blobs = blobs
    self.clock = clock
    self.connectorRegistry = connectorRegistry
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .buildAndPush = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .buildAndPush(let step) = execution.step.spec else {
      preconditionFailure("a step that is no build-and-push step came to its executor")
    }
    let settings = try BuildAndPushSettings(step, execution, connectorRegistry: connectorRegistry)
    for remark in settings.remarks { try await execution.output.line(remark) }
    let references = try settings.references()
    switch settings.mode {
    case .pushOnly(let source):
      return try await push(archive: source, to: references, through: settings.connector, execution)
    case .buildOnly(let archive):
      let (_, outputs, _) = try await build(step, settings, archive: archive, references, execution)
      return StepResult(.succeeded, outputs: outputs)
    case .buildAndPush(let archive):
      let (image, outputs, archiveDigest) = try await build(step, settings, archive: archive, references, execution)
      try await push(
        image, to: references, through: settings.connector, archiveDigest: archiveDigest,
        name: archive ?? "the built image", execution)
      return StepResult(.succeeded, outputs: outputs)
    }
  }

  // MARK: Building

  private func build(
    _ step: BuildAndPushStep, _ settings: BuildAndPushSettings, archive: String?, _ references: [ImageReference],
    _ execution: StepExecution
  ) async throws -> (image: StoredImage, outputs: [String: String], archive: Digest?) {
    let dockerfile = try execution.resolve(settings.dockerfile, setting: "dockerfile")
    guard (try? FileStatus(of: dockerfile, followingLinks: true))?.kind == .file else {
      throw StepFailure(
        .configuration,
        "dockerfile does not exist at path: \(Workspace.mountPoint.appending(settings.dockerfile))"
          + " (paths are relative to the top of the codebase; the field is 'dockerfile')", exitCode: 1)
    }
    let target = try archive.map { try archiveDestination($0, execution) }
    var request = ImageBuildRequest(
      context: try execution.resolve(settings.context, setting: "context"),
      dockerfile: dockerfile,
      dockerfileName: settings.dockerfile,
      target: settings.target,
      buildArguments: settings.buildArguments,
      labels: settings.labels,
      platform: settings.platform,
      sourceDate: settings.sourceDate(execution.codebase)
    )
    let bases = Mutex<[BuildRecord.Base]>([])
    request.observeBase = { reference, digest in
      bases.withLock { $0.append(BuildRecord.Base(reference: reference, digest: digest)) }
    }
    let image = try await builder.build(request, output: execution.output)
    var outputs = ["digest": image.manifest.digest.description]
    var record: BuildRecord.Archive?
    if let archive, let target {
      let receipt = try ImageArchive.write(image, references: references, from: blobs, to: target)
      record = BuildRecord.Archive(
        path: execution.workspace.relative(target), digest: receipt.digest, size: receipt.size)
      // The string as it was given, as the plugin writes it.
      outputs["IMAGE_TAR_PATH"] = archive
      try await execution.output.line("Wrote \(archive) (\(receipt.size) bytes, \(receipt.digest))")
    }
    try await recordBuild(
      image, archive: record, references, dockerfile: dockerfile, bases: bases.withLock { $0 }, execution)
    try await execution.output.line("Built \(image.manifest.digest)")
    return (image, outputs, record?.digest)
  }

  /// Where an archive is to be written. Its parent directories are made, as the plugin does.
  private func archiveDestination(_ written: String, _ execution: StepExecution) throws -> FilePath {
    let path = try execution.resolve(written, setting: "PLUGIN_TAR_PATH")
    if (try? FileStatus(of: path))?.kind == .directory {
      throw StepFailure(.configuration, "PLUGIN_TAR_PATH: \(written) is a directory; name a file, such as image.tar")
    }
    return path
  }

  private func recordBuild(
    _ image: StoredImage, archive: BuildRecord.Archive?, _ references: [ImageReference], dockerfile: FilePath,
    bases: [BuildRecord.Base], _ execution: StepExecution
  ) async throws {
    let manifest = try blobs.manifest(of: image)
    let configuration = try blobs.configuration(of: image)
    let layers = zip(manifest.layers, configuration.rootfs.diffIDs).map {
      BuildRecord.Layer(digest: $0.digest, diffID: $1, size: $0.size)
    }
    let build = BuildRecord(
      step: execution.path, manifestDigest: image.manifest.digest, configurationDigest: manifest.config.digest,
      layers: layers, archive: archive, references: references,
      dockerfileDigest: try Digest.ofFile(at: dockerfile).digest, bases: bases)
    let event = LedgerEntry.Event(
      kind: "image.built", subject: image.manifest.digest.description,
      payload: [
        "step": .string(execution.path.description),
        "configuration": .string(build.configurationDigest.description),
        "layers": .list(layers.map { .string($0.digest.description) }),
        "archive": archive.map {
          ["path": .string($0.path), "digest": .string($0.digest.description), "size": .integer(Int($0.size))]
        } ?? .null,
        "references": .list(references.map { .string($0.description) }),
        "dockerfile": Value(build.dockerfileDigest?.description),
        "bases": .list(bases.map { .string("\($0.reference)@\($0.digest)") }),
      ])
    try await execution.recorder.record(event, facts: [.build(build)])
  }

  // MARK: Pushing

  private func push(
    archive source: String, to references: [ImageReference], through connector: String?, _ execution: StepExecution
  ) async throws -> StepResult {
    let path = try execution.resolve(source, setting: "PLUGIN_SOURCE_TAR_PATH")
    guard let status = try? FileStatus(of: path, followingLinks: true) else {
      throw StepFailure(
        .configuration,
        "image tarball does not exist at path: \(source)"
          + " (an earlier step of this stage writes it with PLUGIN_NO_PUSH and PLUGIN_TAR_PATH)", exitCode: 1)
    }
    guard status.kind == .file else {
      throw StepFailure(.configuration, "read \(source): is a directory and no image tarball", exitCode: 1)
    }
    let name = execution.workspace.relative(path)
    let contents: ArchiveContents
    do {
      contents = try ImageArchive.read(from: path, into: blobs)
    } catch let error as OCIError {
      // Broken bytes may be broken custody, and that weighs more.
      let candidate = Custody.Candidate(
        archivePath: name, archiveDigest: try Digest.ofFile(at: path).digest, manifestDigest: nil,
        stage: execution.stage.identifier)
      try await judge(candidate, execution)
      throw StepFailure(.configuration, "failed to load image from tarball: \(error.message)", exitCode: 1)
    }
    try await judge(
      Custody.Candidate(
        archivePath: name, archiveDigest: contents.archiveDigest, manifestDigest: contents.image.manifest.digest,
        stage: execution.stage.identifier),
      execution)
    try await push(
      contents.image, to: references, through: connector, archiveDigest: contents.archiveDigest, name: name,
      execution)
    return StepResult(.succeeded)
  }

  /// - Throws: ``CustodyBreach`` when the policy refuses the image.
  private func judge(_ candidate: Custody.Candidate, _ execution: StepExecution) async throws {
    let custody = await execution.custody()
    switch custody.judge(candidate) {
    case .unbroken:
      if custody.policy != .off {
        try await execution.output.line(
          "Custody: \(candidate.archivePath) is what was built\(custody.scans.isEmpty ? "" : " and scanned") (\(candidate.archiveDigest))"
        )
      }
    case .tolerated(let breach):
      try await execution.output.line(
        "Custody: \(breach.message); pushed all the same (policy \(custody.policy.rawValue))")
      try await execution.recorder.record(breach.event("custody.tolerated", at: execution.path))
    case .refused(let breach):
      try await execution.output.line("Custody: refused: \(breach.message)")
      if let expected = breach.expected { try await execution.output.line("  expected \(expected)") }
      try await execution.output.line("  found    \(breach.found)")
      try await execution.recorder.record(breach.event("custody.refused", at: execution.path), isDurable: true)
      throw breach
    }
  }

  private func push(
    _ image: StoredImage, to references: [ImageReference], through connector: String?, archiveDigest: Digest?,
    name: String, _ execution: StepExecution
  ) async throws {
    for reference in references {
      let destination = try await destinations(connector, reference.registry)
      let payload: [String: Value] = [
        "step": .string(execution.path.description),
        "reference": .string(reference.description),
        "destination": .string(destination.name),
        "archive": Value(archiveDigest?.description),
      ]
      let subject = image.manifest.digest.description
      try await execution.output.line("Pushing \(reference) to \(destination.name)")
      // On the disk before and after: a power cut never hides a push.
      try await execution.recorder.record(
        LedgerEntry.Event(kind: "image.pushing", subject: subject, payload: .map(payload)), isDurable: true)
      let readBack = try await destination.push(image, to: reference, output: execution.output)
      guard readBack == image.manifest.digest else {
        let breach = CustodyBreach(.readBackDiffers, path: name, expected: image.manifest.digest, found: readBack)
        try await execution.recorder.record(breach.event("custody.refused", at: execution.path), isDurable: true)
        throw breach
      }
      let record = PushRecord(
        step: execution.path, reference: reference, manifestDigest: image.manifest.digest, readBackDigest: readBack,
        archiveDigest: archiveDigest, destination: destination.name, at: clock.now())
      let event = LedgerEntry.Event(
        kind: "image.pushed", subject: subject,
        payload: .map(payload.merging(["readBack": .string(readBack.description)]) { $1 }))
      try await execution.recorder.record(event, facts: [.push(record)], isDurable: true)
      try await execution.output.line("Pushed \(reference)@\(readBack)")
    }
  }
}
