import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct BuildAndPushExecutorTests {
  private static func step(
    _ settings: KeyValuePairs<String, String> = [:], tags: [Text] = ["new-<+pipeline.sequenceId>"],
    target: BuildAndPushStep.Target = .ecr(account: "123456789012", region: "us-east-1", imageName: "test-image"),
    arguments: [NamedText] = [], labels: [NamedText] = [], dockerfile: Text? = nil, context: Text? = nil
  ) -> StepSpec {
    .buildAndPush(
      BuildAndPushStep(
        target: target, connector: nil, tags: tags, dockerfile: dockerfile, context: context,
        buildArguments: arguments, labels: labels,
        environment: settings.map { NamedText("PLUGIN_" + $0.key, Text($0.value)) }))
  }

  private static let name: String = "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-7"
  private static let buildOnly = step(["NO_PUSH": "true", "TAR_PATH": "image.tar"])
  private static let pushOnly = step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "image.tar"])

  private static func execute(
    _ spec: StepSpec, _ bench: StepBench, destination: FakeDestination = FakeDestination(),
    builder: FakeBuilder? = nil, stage: Identifier = "s", infrastructure: Infrastructure = .kubernetes,
    environment: [String: String] = [:], codebase: CodebaseState? = nil
  ) async throws -> StepResult {
    let executor = BuildAndPushExecutor(
      builder: builder ?? FakeBuilder(bench.blobs), destination: destination, blobs: bench.blobs,
      clock: bench.clock.engineClock
    ) { _ in "registry.example" }
    let execution = try bench.execution(
      spec, stage: stage, infrastructure: infrastructure, environment: environment, codebase: codebase)
    #expect(executor.handles(spec))
    return try await executor.execute(execution)
  }

  private static func withDockerfile(
    policy: CustodyPolicy? = nil, _ work: (StepBench) async throws -> Void
  ) async throws {
    try await StepBench.with(policy: policy) { bench in
      try bench.workspace.directory.appending("Dockerfile").write("FROM scratch\n")
      try await work(bench)
    }
  }

  private static func scan(_ bench: StepBench, _ findings: [Finding] = [], failOn: Text? = nil) async throws {
    let spec = StepSpec.scan(
      ScanStep(
        scanner: "AquaTrivy", mode: .orchestration, targetKind: .container, workspace: "/harness/image.tar",
        imageType: "local_archive", failOnSeverity: failOn))
    _ = try await ScanExecutor(scanner: FakeScanner(findings: findings)).execute(bench.execution(spec, step: "scan"))
  }

  private static var archive: FilePath { "image.tar" }

  // MARK: Building

  @Test func `build-only leaves an archive and pushes nothing`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      let result = try await Self.execute(Self.buildOnly, bench, destination: destination)
      #expect(result.outcome == .succeeded)
      #expect(result.outputs["IMAGE_TAR_PATH"] == "image.tar")
      #expect(destination.pushed == [])
      #expect(bench.events.map(\.kind) == ["image.built"])
      guard case .build(let build)? = bench.facts.first else {
        Issue.record("no build was recorded")
        return
      }
      let archive = bench.workspace.directory.pushing(Self.archive)
      let (digest, size) = try Digest.ofFile(at: archive)
      #expect(build.archive == BuildRecord.Archive(path: "image.tar", digest: digest, size: size))
      #expect(build.references.map(\.description) == [Self.name])
      #expect(build.layers.count == 1)
      #expect(build.dockerfileDigest == Digest(of: Array("FROM scratch\n".utf8)))
      #expect(result.outputs["digest"] == build.manifestDigest.description)
      let contents = try ImageArchive.read(from: archive, into: BlobStore(root: bench.root.appending("other")))
      #expect(contents.image.digest == build.manifestDigest)
      #expect(contents.references == [Self.name])
      #expect(bench.lines.first == "Settings are read as Kaniko's plugin reads them")
    }
  }

  @Test func `the request holds what the step's fields and settings say`() async throws {
    try await StepBench.with { bench in
      try bench.workspace.directory.pushing("docker/Dockerfile.app").write("FROM scratch\n")
      try makeDirectory(bench.workspace.directory.appending("src"))
      let builder = FakeBuilder(bench.blobs)
      let spec = Self.step(
        [
          "NO_PUSH": "true", "BUILD_ARGS": "A=1, B = 2,broken", "CUSTOM_LABELS": "team=core", "TARGET": "final",
          "PLATFORM": "linux/arm64",
        ],
        arguments: [NamedText("B", "<+pipeline.sequenceId>"), NamedText("SOURCE_DATE_EPOCH", "99")],
        labels: [NamedText("commit", "x")], dockerfile: "docker/Dockerfile.app", context: "src")
      _ = try await Self.execute(spec, bench, builder: builder)
      let request = try #require(builder.requests.first)
      #expect(request.context == bench.workspace.directory.appending("src"))
      #expect(request.dockerfile == bench.workspace.directory.pushing("docker/Dockerfile.app"))
      #expect(request.dockerfileName == "docker/Dockerfile.app")
      #expect(request.buildArguments["A"] == "1" && request.buildArguments["B"] == "7")
      #expect(request.labels == ["team": "core", "commit": "x"])
      #expect(request.target == "final")
      #expect(request.platform == Platform(os: "linux", architecture: "arm64"))
      #expect(request.sourceDate == 99)
    }
  }

  @Test(arguments: [(nil, Int64(0)), (1_772_000_000, 1_772_000_000)] as [(Int64?, Int64)])
  func `files are dated with the commit, so that the same commit gives the same image`(
    _ commitDate: Int64?, _ expected: Int64
  ) async throws {
    try await Self.withDockerfile { bench in
      let builder = FakeBuilder(bench.blobs)
      _ = try await Self.execute(
        Self.buildOnly, bench, builder: builder, codebase: CodebaseState(directory: "/", commitDate: commitDate))
      #expect(builder.requests.first?.sourceDate == expected)
    }
  }

  @Test func `building and pushing pushes every tag`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      let spec = Self.step(tags: ["1", "latest"], target: .docker(repository: "team/app"))
      let result = try await Self.execute(spec, bench, destination: destination)
      let digest = try #require(result.outputs["digest"])
      #expect(destination.pushed == ["docker.io/team/app:1@\(digest)", "docker.io/team/app:latest@\(digest)"])
      #expect(result.outputs["IMAGE_TAR_PATH"] == nil)
      #expect(
        bench.events.map(\.kind) == ["image.built", "image.pushing", "image.pushed", "image.pushing", "image.pushed"])
      #expect(bench.durable == ["image.pushing", "image.pushed", "image.pushing", "image.pushed"])
    }
  }

  @Test(arguments: [
    (BuildAndPushStep.Target.docker(repository: "team/app"), "docker.io/team/app:1"),
    (.docker(repository: "ghcr.io/team/app"), "ghcr.io/team/app:1"),
    (.gcr(host: "gcr.io", project: "p", imageName: "app"), "gcr.io/p/app:1"),
    (.gar(host: "eu-docker.pkg.dev", project: "p/r", imageName: "app"), "eu-docker.pkg.dev/p/r/app:1"),
    (.acr(repository: "me.azurecr.io/app"), "me.azurecr.io/app:1"),
    (.ecr(account: "1", region: "r", imageName: "app"), "1.dkr.ecr.r.amazonaws.com/app:1"),
  ])
  func `each kind of registry has its names`(_ target: BuildAndPushStep.Target, _ name: String) async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      _ = try await Self.execute(Self.step(tags: ["1"], target: target), bench, destination: destination)
      #expect(destination.pushed.count == 1)
      #expect(destination.pushed.first?.hasPrefix(name + "@sha256:") == true)
    }
  }

  @Test func `settings at stage level reach the step, and its own lie on top`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      _ = try await Self.execute(
        Self.step(), bench, destination: destination,
        environment: ["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "out/image.tar", "OTHER": "x"])
      #expect(destination.pushed == [])
      #expect(exists(bench.workspace.directory.pushing("out/image.tar")))
      _ = try await Self.execute(
        Self.step(["NO_PUSH": "false"]), bench, destination: destination, environment: ["PLUGIN_NO_PUSH": "true"])
      #expect(destination.pushed.count == 1)
    }
  }

  @Test func `what has no effect is said`() async throws {
    try await Self.withDockerfile { bench in
      _ = try await Self.execute(
        Self.step(["SNAPSHOT_MODE": "redo"]), bench, environment: ["PLUGIN_DRY_RUN": "true"])
      #expect(bench.lines.contains("PLUGIN_DRY_RUN is not read by Kaniko's plugin; its setting is PLUGIN_NO_PUSH"))
      #expect(bench.lines.contains("PLUGIN_SNAPSHOT_MODE has no effect here"))
    }
    try await Self.withDockerfile { bench in
      _ = try await Self.execute(Self.step(["TAR_PATH": "i.tar"]), bench, infrastructure: .cloud)
      #expect(bench.lines.contains("Settings are read as docker's plugin reads them"))
      #expect(bench.lines.contains("PLUGIN_TAR_PATH has no effect without a dry run"))
      #expect(!exists(bench.workspace.directory.appending("i.tar")))
    }
  }

  // MARK: Refused settings

  struct Refusal: Sendable, CustomTestStringConvertible {
    let spec: StepSpec
    let message: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Refusal(
      spec: step(dockerfile: "missing/Dockerfile"),
      message:
        "dockerfile does not exist at path: /harness/missing/Dockerfile (paths are relative to the top of the codebase; the field is 'dockerfile')"
    ),
    Refusal(
      spec: step(dockerfile: "directory"),
      message:
        "dockerfile does not exist at path: /harness/directory (paths are relative to the top of the codebase; the field is 'dockerfile')"
    ),
    Refusal(
      spec: step(dockerfile: "../Dockerfile"),
      message:
        "dockerfile: ‘../Dockerfile’ leads out of the workspace: paths are relative to /harness, or start with it"),
    Refusal(
      spec: step(context: "/etc"),
      message: "context: ‘/etc’ leads out of the workspace: paths are relative to /harness, or start with it"),
    Refusal(
      spec: step(["NO_PUSH": "true", "TAR_PATH": "../image.tar"]),
      message:
        "PLUGIN_TAR_PATH: ‘../image.tar’ leads out of the workspace: paths are relative to /harness, or start with it"
    ),
    Refusal(
      spec: step(["NO_PUSH": "true", "TAR_PATH": "directory"]),
      message: "PLUGIN_TAR_PATH: directory is a directory; name a file, such as image.tar"),
    Refusal(
      spec: step(["NO_PUSH": "true", "TAR_PATH": "away/image.tar"]),
      message: "PLUGIN_TAR_PATH: ‘away/image.tar’ goes through a symbolic link that leads out of the workspace /harness"
    ),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "NO_PUSH": "true", "SOURCE_TAR_PATH": "image.tar"]),
      message: "no-push and push-only flags cannot be used together"),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "NO_PUSH": "true"], target: .docker(repository: "app")),
      message: "inputs no-push and push-only cannot be used together. please define only one"),
    Refusal(
      spec: step(["PUSH_ONLY": "true"]),
      message:
        "source_tar_path is required when push_only is set. please provide a valid tarball path (PLUGIN_SOURCE_TAR_PATH; to build without pushing, the setting is PLUGIN_NO_PUSH)"
    ),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "missing.tar"]),
      message:
        "image tarball does not exist at path: missing.tar (an earlier step of this stage writes it with PLUGIN_NO_PUSH and PLUGIN_TAR_PATH)"
    ),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "directory"]),
      message: "read directory: is a directory and no image tarball"),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "../image.tar"]),
      message:
        "PLUGIN_SOURCE_TAR_PATH: ‘../image.tar’ leads out of the workspace: paths are relative to /harness, or start with it"
    ),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "/tmp/image.tar"]),
      message:
        "PLUGIN_SOURCE_TAR_PATH: ‘/tmp/image.tar’ leads out of the workspace: paths are relative to /harness, or start with it"
    ),
    Refusal(
      spec: step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "away/passwd"]),
      message:
        "PLUGIN_SOURCE_TAR_PATH: ‘away/passwd’ goes through a symbolic link that leads out of the workspace /harness"),
    Refusal(
      spec: step(["AUTO_TAG": "true"]),
      message: "PLUGIN_AUTO_TAG is not supported by this version: name the tags under 'tags'"),
    Refusal(
      spec: step(["EXPAND_TAG": "1"]),
      message: "PLUGIN_EXPAND_TAG is not supported by this version: name the tags under 'tags'"),
    Refusal(
      spec: step(tags: ["not a tag"], target: .docker(repository: "app")),
      message: "'app:not a tag' is no image reference: check the repository's name and the tag"),
    Refusal(
      spec: step(target: .docker(repository: "")), message: "repository name to publish image must be specified"),
  ])
  func `settings that cannot be carried out are refused`(_ refusal: Refusal) async throws {
    try await Self.withDockerfile { bench in
      try makeDirectory(bench.workspace.directory.appending("directory"))
      try link(bench.workspace.directory.appending("away"), to: "/etc")
      let destination = FakeDestination()
      let failure = await failure { try await Self.execute(refusal.spec, bench, destination: destination) }
      #expect(failure?.message == refusal.message)
      #expect(failure?.type == .configuration)
      #expect(destination.pushed == [])
      #expect(bench.events.map(\.kind) == [])
    }
  }

  // MARK: Pushing an archive

  @Test func `build, scan and push hand on the same image`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      let built = try await Self.execute(Self.buildOnly, bench)
      try await Self.scan(bench)
      // What the daemonless push needs lies in the archive: nothing of the build is left.
      FileTree.remove(bench.blobs.root)
      let pushed = try await Self.execute(Self.pushOnly, bench, destination: destination)
      #expect(pushed.outcome == .succeeded)
      let digest = try #require(built.outputs["digest"])
      #expect(destination.pushed == ["\(Self.name)@\(digest)"])
      #expect(bench.events.map(\.kind) == ["image.built", "image.scanned", "image.pushing", "image.pushed"])
      guard case .push(let push)? = bench.facts.last else {
        Issue.record("no push was recorded")
        return
      }
      #expect(push.manifestDigest == push.readBackDigest)
      #expect(push.archiveDigest == (try Digest.ofFile(at: bench.workspace.directory.pushing(Self.archive)).digest))
      #expect(push.destination == "the test registry")
      #expect(bench.lines.contains { $0.hasPrefix("Custody: image.tar is what was built and scanned (") })
    }
  }

  @Test func `one changed byte is refused with both digests`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination()
      _ = try await Self.execute(Self.buildOnly, bench)
      try await Self.scan(bench)
      let path = bench.workspace.directory.pushing(Self.archive)
      let before = try Digest.ofFile(at: path).digest
      var bytes = try path.readBytes()
      // Within a name that nothing checks: the image itself stays whole.
      let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "new-7".utf8) })
      bytes[place + 4] = UInt8(ascii: "8")
      try path.write(bytes)
      let after = try Digest.ofFile(at: path).digest
      let breach = await #expect(throws: CustodyBreach.self) {
        try await Self.execute(Self.pushOnly, bench, destination: destination)
      }
      #expect(breach == CustodyBreach(.changedAfterScan, path: "image.tar", expected: before, found: after))
      #expect(destination.pushed == [])
      #expect(bench.durable == ["custody.refused"])
      let event = try #require(bench.events.last)
      #expect(event.payload["expected"]?.string == before.description)
      #expect(event.payload["found"]?.string == after.description)
      #expect(bench.lines.contains("  expected \(before)") && bench.lines.contains("  found    \(after)"))
    }
  }

  @Test func `every single byte of the archive counts`() async throws {
    try await Self.withDockerfile { bench in
      _ = try await Self.execute(Self.buildOnly, bench)
      try await Self.scan(bench)
      let path = bench.workspace.directory.pushing(Self.archive)
      let bytes = try path.readBytes()
      for place in stride(from: 0, to: bytes.count, by: 97) {
        var changed = bytes
        changed[place] ^= 1
        try path.write(changed)
        let destination = FakeDestination()
        let breach = await #expect(throws: CustodyBreach.self, "byte \(place)") {
          try await Self.execute(Self.pushOnly, bench, destination: destination)
        }
        #expect(breach?.reason == .changedAfterScan)
        #expect(destination.pushed == [])
      }
      // Longer and shorter too.
      for changed in [bytes + [0], Array(bytes.dropLast())] {
        try path.write(changed)
        await #expect(throws: CustodyBreach.self) { try await Self.execute(Self.pushOnly, bench) }
      }
    }
  }

  @Test func `an archive that is damaged before anything was scanned is no image`() async throws {
    try await StepBench.with { bench in
      for bytes: [UInt8] in [[], Array("no archive".utf8), Array(repeating: 0, count: 4096)] {
        try bench.workspace.directory.pushing(Self.archive).write(bytes)
        let failure = await failure { try await Self.execute(Self.pushOnly, bench) }
        #expect(failure?.message.hasPrefix("failed to load image from tarball: ") == true)
        #expect(failure?.exitCode == 1)
      }
    }
  }

  @Test func `an image whose scan failed is not pushed, under its own name or another`() async throws {
    try await Self.withDockerfile { bench in
      _ = try await Self.execute(Self.buildOnly, bench)
      try await Self.scan(bench, [FakeScanner.finding(.high)], failOn: "high")
      try bench.workspace.directory.appending("copy.tar").write(
        bench.workspace.directory.pushing(Self.archive).readBytes())
      for source in ["image.tar", "copy.tar"] {
        let destination = FakeDestination()
        let breach = await #expect(throws: CustodyBreach.self) {
          try await Self.execute(
            Self.step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": source]), bench, destination: destination)
        }
        #expect(breach?.reason == .scanFailed)
        #expect(destination.pushed == [])
      }
    }
  }

  @Test(arguments: [CustodyPolicy.warn, .off])
  func `a policy may let a changed archive through, and warn says so`(_ policy: CustodyPolicy) async throws {
    try await Self.withDockerfile(policy: policy) { bench in
      let destination = FakeDestination()
      _ = try await Self.execute(Self.buildOnly, bench)
      try await Self.scan(bench)
      let other = try FakeBuilder.image(in: bench.blobs, text: "another image")
      try ImageArchive.write(
        other, references: [], from: bench.blobs, to: bench.workspace.directory.pushing(Self.archive))
      _ = try await Self.execute(Self.pushOnly, bench, destination: destination)
      #expect(destination.pushed == ["\(Self.name)@\(other.digest)"])
      #expect(bench.events.contains { $0.kind == "custody.tolerated" } == (policy == .warn))
      #expect(bench.lines.contains { $0.contains("pushed all the same (policy warn)") } == (policy == .warn))
    }
  }

  @Test func `under enforce nothing is pushed that was not scanned`() async throws {
    try await Self.withDockerfile(policy: .enforce) { bench in
      _ = try await Self.execute(Self.buildOnly, bench)
      let breach = await #expect(throws: CustodyBreach.self) { try await Self.execute(Self.pushOnly, bench) }
      #expect(breach?.reason == .neverScanned)
    }
  }

  @Test func `stages with files of the same name do not get in each other's way`() async throws {
    try await Self.withDockerfile { bench in
      _ = try await Self.execute(Self.buildOnly, bench, stage: "one")
      try await Self.scan(bench)
      let archive = try bench.workspace.directory.pushing(Self.archive).readBytes()
      // Another stage builds something else under the same name, in a workspace of its own.
      _ = try await Self.execute(
        Self.step(["NO_PUSH": "true", "TAR_PATH": "image.tar", "BUILD_ARGS": "X=1"]), bench, stage: "two")
      try bench.workspace.directory.pushing(Self.archive).write(archive)
      #expect(try await Self.execute(Self.pushOnly, bench, stage: "one").outcome == .succeeded)
    }
  }

  @Test func `a registry that serves something else is a break of custody`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination(readBack: Digest(sample: 5))
      let breach = await #expect(throws: CustodyBreach.self) {
        try await Self.execute(Self.step(), bench, destination: destination)
      }
      #expect(breach?.reason == .readBackDiffers)
      #expect(breach?.found == Digest(sample: 5))
      #expect(bench.events.map(\.kind) == ["image.built", "image.pushing", "custody.refused"])
      #expect(!bench.facts.contains { if case .push = $0 { true } else { false } })
    }
  }

  @Test func `a push that fails leaves the intention in the ledger and no push`() async throws {
    try await Self.withDockerfile { bench in
      let destination = FakeDestination(failure: ImageTransferError(.unreachable, "no answer"))
      await #expect(throws: ImageTransferError.self) {
        try await Self.execute(Self.step(), bench, destination: destination)
      }
      #expect(bench.events.map(\.kind) == ["image.built", "image.pushing"])
    }
  }

  @Test func `an archive that other tools wrote is pushed too`() async throws {
    try await StepBench.with { bench in
      let image = try FakeBuilder.image(in: bench.blobs, text: "made elsewhere")
      try ImageArchive.write(
        image, references: ["other/name:1"], from: bench.blobs,
        to: bench.workspace.directory.pushing("deep/down/other.tar"))
      let destination = FakeDestination()
      _ = try await Self.execute(
        Self.step(["PUSH_ONLY": "true", "SOURCE_TAR_PATH": "/harness/deep/down/other.tar"]), bench,
        destination: destination)
      #expect(destination.pushed == ["\(Self.name)@\(image.digest)"])
      #expect(bench.events.first?.kind == "custody.tolerated")
      #expect(bench.events.first?.payload["reason"] == "notBuiltHere")
    }
  }
}
