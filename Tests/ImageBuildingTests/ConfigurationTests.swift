import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct ConfigurationTests {
  let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.addBusybox()
  }

  func container(_ dockerfile: String, _ change: (inout ImageBuildRequest) -> Void = { _ in }) async throws
    -> ImageConfiguration.Container
  {
    try await bench.build(dockerfile, change).container()
  }

  @Test func `an empty image has a path and a working directory`() async throws {
    let image = try await bench.build("FROM scratch\n")
    #expect(try image.layerCount() == 0)
    #expect(try image.container().env == ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(try image.container().workingDir == "/")
    #expect(try image.configuration().platform.description == "linux/amd64")
  }

  @Test func `every instruction for the configuration leaves its mark`() async throws {
    let image = try await bench.build(
      """
      FROM busybox
      MAINTAINER Someone <someone@example.com>
      ARG PORT=8080
      ENV A=1 B="two words"
      ENV OLD style
      LABEL a=$A "b c"="d e"
      EXPOSE $PORT 53/udp 9000-9002
      VOLUME /data /$A
      USER app
      STOPSIGNAL SIGINT
      HEALTHCHECK --interval=5s --retries=2 CMD wget localhost
      SHELL ["/bin/sh", "-ec"]
      ONBUILD RUN echo hi
      ENTRYPOINT exec "$0" "$@"
      CMD ["serve", "--port", "80"]
      """)
    let container = try image.container()
    #expect(container.env == ["PATH=/bin", "BASE=yes", "A=1", "B=two words", "OLD=style"])
    #expect(container.labels == ["from": "base", "a": "1", "b c": "d e"])
    #expect(container.exposedPorts == ["53/udp", "8080/tcp", "9000/tcp", "9001/tcp", "9002/tcp"])
    #expect(container.volumes == ["/1", "/data"])
    #expect(container.user == "app")
    #expect(container.stopSignal == "SIGINT")
    #expect(
      container.healthcheck
        == .init(test: ["CMD-SHELL", "wget localhost"], interval: 5_000_000_000, retries: 2))
    #expect(container.shell == ["/bin/sh", "-ec"])
    #expect(container.onBuild == ["RUN echo hi"])
    #expect(container.entrypoint == ["/bin/sh", "-ec", "exec \"$0\" \"$@\""])
    #expect(container.cmd == ["serve", "--port", "80"])
    let configuration = try image.configuration()
    #expect(configuration.author == "Someone <someone@example.com>")
    #expect(try image.layerCount() == 1)
    #expect(configuration.history.count == 15)
    #expect(configuration.history.dropFirst().allSatisfy { $0.emptyLayer && $0.created == "2001-09-09T01:46:40Z" })
  }

  @Test func `ENTRYPOINT clears the base's CMD, but not the stage's own`() async throws {
    #expect(try await container("FROM busybox\nENTRYPOINT [\"/x\"]\n").cmd == nil)
    #expect(try await container("FROM busybox\nCMD [\"a\"]\nENTRYPOINT [\"/x\"]\n").cmd == ["a"])
    #expect(try await container("FROM busybox\nENV A=b\n").cmd == ["/bin/sh"])
    let child = "FROM busybox AS x\nCMD [\"a\"]\nFROM x\nENTRYPOINT [\"/x\"]\n"
    #expect(try await container(child).cmd == nil)
  }

  @Test func `one value counts for a whole ENV, and the environment goes before arguments`() async throws {
    let image = try await container(
      """
      FROM scratch
      ARG v=argument
      ENV abc=hello
      ENV abc=bye def=$abc
      ENV ghi=$abc v2=$v
      ENV v=environment
      ENV v3=$v
      LABEL seen=${v} default=${none:-d} alternate=${abc:+yes}
      """)
    #expect(
      image.env.dropFirst() == [
        "abc=bye", "def=hello", "ghi=bye", "v2=argument", "v=environment", "v3=environment",
      ])
    #expect(image.labels == ["seen": "environment", "default": "d", "alternate": "yes"])
  }

  @Test func `arguments have scopes`() async throws {
    let dockerfile = """
      ARG BASE=scratch
      ARG GLOBAL=g
      FROM $BASE AS one
      ARG GLOBAL
      ARG LOCAL=l
      ARG GIVEN=default
      ARG UNSET
      LABEL one="$GLOBAL $LOCAL $GIVEN ${UNSET-unset}"
      FROM one
      LABEL two="$GLOBAL $LOCAL"
      FROM scratch AS three
      LABEL three="[$GLOBAL$LOCAL]"
      """
    let child = try await container(dockerfile) { request in
      request.target = "1"
      request.buildArguments = ["GIVEN": "given"]
    }
    #expect(child.labels == ["one": "g l given unset", "two": "g l"])
    let sibling = try await container(dockerfile) { $0.buildArguments = ["GLOBAL": "other"] }
    #expect(sibling.labels == ["three": "[]"])
    let given = try await container(dockerfile) { request in
      request.target = "one"
      request.buildArguments = ["GLOBAL": "other"]
    }
    #expect(given.labels["one"] == "other l default unset")
  }

  @Test func `the platform's arguments are there when they are asked for`() async throws {
    let container = try await container(
      """
      FROM --platform=$TARGETPLATFORM scratch
      LABEL before="[$TARGETARCH]"
      ARG TARGETARCH TARGETOS TARGETPLATFORM
      ARG TARGETVARIANT
      LABEL after="$TARGETPLATFORM $TARGETOS $TARGETARCH [$TARGETVARIANT]"
      """)
    #expect(container.labels == ["before": "[]", "after": "linux/amd64 linux amd64 []"])
  }

  @Test func `a build argument that nobody declares is mentioned`() async throws {
    let image = try await bench.build("FROM scratch\nARG KNOWN\n") { request in
      request.buildArguments = ["KNOWN": "1", "UNKOWN": "2", "HTTP_PROXY": "http://proxy"]
    }
    #expect(image.output.contains("UNKOWN"))
    #expect(!image.output.contains("HTTP_PROXY"))
  }

  @Test func `the request's labels go over the Dockerfile's`() async throws {
    let container = try await container("FROM scratch\nLABEL a=1 b=2\n") { $0.labels = ["b": "3", "c": "4"] }
    #expect(container.labels == ["a": "1", "b": "3", "c": "4"])
  }

  @Test func `a build argument can give the date`() async throws {
    let image = try await bench.build("FROM scratch\nARG SOURCE_DATE_EPOCH\nLABEL at=$SOURCE_DATE_EPOCH\n") {
      $0.buildArguments = ["SOURCE_DATE_EPOCH": "951782400"]
    }
    #expect(try image.configuration().created == "2000-02-29T00:00:00Z")
    #expect(try image.container().labels == ["at": "951782400"])
  }

  @Test func `stages that the target does not need are not looked at`() async throws {
    let image = try await bench.build(
      """
      FROM nobody/has:this AS unused
      COPY missing /
      FROM scratch AS wanted
      LABEL a=b
      FROM nobody/has:that
      """
    ) { $0.target = "Wanted" }
    #expect(image.steps == ["STEP 1/2: FROM scratch AS wanted", "STEP 2/2: LABEL a=b"])
  }

  @Test func `a base image that nobody has is an error that names whom was asked`() async throws {
    let failure = try #require(
      try await bench.failure("FROM scratch AS a\nFROM registry.example/no/such:1\nCOPY --from=a / /\n"))
    #expect(failure.code == .baseImageMissing)
    #expect(failure.message.contains("registry.example/no/such:1"))
    #expect(failure.message.contains("the test's images"))
    #expect(failure.line == 2)
    #expect(failure.help.contains("images:"))
  }

  @Test(arguments: [
    ("FROM $NOTHING\n", "variables are empty"), ("FROM Not/Valid\n", "neither a stage"),
    ("FROM --platform=linux/ scratch\n", "no platform"), ("FROM scratch\nENV A=\"${x?give x}\"\n", "give x"),
    ("FROM scratch\nEXPOSE http\n", "no port"), ("FROM scratch AS a\nCOPY --from=a / /\n", "refers to itself"),
    ("FROM scratch\nRUN\n", "RUN has no command"),
  ])
  func `mistakes that only show in the build have their line`(dockerfile: String, part: String) async throws {
    let failure = try #require(try await bench.failure(dockerfile))
    #expect(failure.code == .invalidDockerfile)
    #expect(failure.message.contains(part))
    #expect(failure.message.hasPrefix("Dockerfile:"))
    #expect(failure.line != nil)
  }

  @Test func `what cannot be read is refused before anything is done`() async throws {
    let syntax = try #require(try await bench.failure("FROM scratch\nCOPPY a b\n"))
    #expect(syntax.code == .invalidDockerfile)
    #expect(syntax.message.contains("COPPY"))
    #expect(syntax.output.isEmpty)
    let target = try #require(try await bench.failure("FROM scratch AS release\n") { $0.target = "relase" })
    #expect(target.help == "did you mean release?")
    let missing = try #require(
      try await bench.failure("FROM scratch\n") { $0.dockerfile = "/no/such/Dockerfile" })
    #expect(missing.code == .dockerfileMissing)
    let context = try #require(try await bench.failure("FROM scratch\n") { $0.context = "/no/such/context" })
    #expect(context.message.contains("not a directory"))
  }

  @Test func `triggers of the base image run, and are gone in the child`() async throws {
    try bench.write("x", to: "app")
    try bench.addBusybox("parent") { $0.config.onBuild = ["COPY app /app", "ENV TRIGGERED=yes"] }
    let image = try await bench.build("FROM parent\nENV OWN=1\n")
    #expect(try image.container().onBuild == [])
    #expect(try image.container().env.suffix(2) == ["TRIGGERED=yes", "OWN=1"])
    #expect(try image.files()["app"]?.text == "x")
    #expect(image.output.contains("ONBUILD: COPY app /app"))
  }

  @Test func `the layers of the base are taken as they are`() async throws {
    let base = try bench.store.manifest(of: bench.addBusybox("docker"))
    let docker = ImageManifest(
      mediaType: .dockerManifest, config: base.config,
      layers: base.layers.map { Descriptor(mediaType: .dockerLayerGzip, digest: $0.digest, size: $0.size) })
    let bytes = docker.encoded()
    let stored = StoredImage(
      manifest: Descriptor(mediaType: .dockerManifest, digest: try bench.store.put(bytes), size: Int64(bytes.count)))
    try bench.sources.add(stored, as: "docker:1")
    let image = try await bench.build("FROM docker:1\nLABEL a=b\n")
    let manifest = try bench.store.manifest(of: image.image)
    #expect(manifest.layers == base.layers)
    #expect(manifest.mediaType == .ociManifest)
    let byDigest = try await bench.build("FROM docker@\(stored.digest)\nLABEL a=b\n")
    #expect(byDigest.digest == image.digest)
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `skopeo sees the image that was built`() async throws {
    try bench.write("x", to: "app")
    let image = try await bench.build("FROM busybox\nCOPY app /\nENV A=b\nLABEL c=d\nCMD [\"/app\"]\n")
    let archive = bench.directory("image.tar")
    try ImageArchive.write(image.image, references: [], from: bench.store, to: archive)
    let text = try Program.run("skopeo", ["inspect", "--no-tags", "oci-archive:\(archive)"])
    #expect(text.contains("\"Digest\": \"\(image.digest)\""))
    #expect(text.contains("\"A=b\""))
    let config = try Program.run("skopeo", ["inspect", "--config", "oci-archive:\(archive)"])
    #expect(config.contains("\"/app\""))
  }
}
