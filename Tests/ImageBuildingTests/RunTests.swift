import Engine
import Foundation
import Glibc
import ImageBuilding
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Workbench.canRun, "needs root, to mount, and a static busybox (busybox-static)"))
struct RunTests {
  let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.addBusybox()
  }

  @Test func `the changes of a command are its layer`() async throws {
    let image = try await bench.build(
      "FROM busybox\nRUN mkdir /made && echo hello > /made/file && chmod 600 /made/file\n")
    #expect(try image.paths() == ["made", "made/file"])
    #expect(try image.files()["made/file"]?.text == "hello\n")
    #expect(try image.files()["made/file"]?.mode == 0o600)
    #expect(try image.layer().allSatisfy { $0.entry.modificationTime == 1_000_000_000 })
    #expect(try image.configuration().history.last?.createdBy?.hasPrefix("RUN /bin/sh -c mkdir /made") == true)
  }

  @Test func `what a command prints is passed on`() async throws {
    let image = try await bench.build("FROM busybox\nRUN echo out; echo err >&2\n")
    #expect(image.output.contains("STEP 2/2: RUN echo out; echo err >&2\nout\nerr\n"))
  }

  @Test func `a removal is a whiteout, and a directory made anew hides the old one`() async throws {
    try bench.write("1", to: "dir/one")
    let image = try await bench.build(
      "FROM busybox\nCOPY dir /a/\nCOPY dir /b/\nRUN rm -r /a && rm /etc/group\nRUN rm -r /b && mkdir /b && touch /b/new\n"
    )
    #expect(try image.paths(3) == [".wh.a", "etc", "etc/.wh.group"])
    #expect(try image.paths(4) == ["b", "b/.wh..wh..opq", "b/new"])
    let files = try image.files()
    #expect(files["a/one"] == nil && files["etc/group"] == nil && files["b/one"] == nil)
    #expect(files["b/new"] != nil)
    let copied = try await bench.build(
      "FROM busybox AS x\nCOPY dir /a/\nRUN rm /a/one && touch /a/two\nFROM scratch\nCOPY --from=x /a /\n")
    #expect(try copied.paths() == ["two"])
  }

  @Test func `a command that changes nothing adds no layer, only its line of history`() async throws {
    let image = try await bench.build("FROM busybox\nRUN true\nRUN cat /etc/passwd\n")
    #expect(try image.layerCount() == 1)
    let history = try image.configuration().history.suffix(2)
    #expect(history.map(\.emptyLayer) == [true, true])
  }

  @Test func `commands see the environment, arguments and nothing else`() async throws {
    let image = try await bench.build(
      """
      FROM busybox
      ARG GIVEN
      ARG UNSET
      ENV OWN=1
      RUN env | sort > /env
      """
    ) { $0.buildArguments = ["GIVEN": "2", "HTTP_PROXY": "http://proxy"] }
    let lines = try #require(try image.files()["env"]).text.split(separator: "\n").filter { !$0.hasPrefix("SHLVL") }
    #expect(
      lines == ["BASE=yes", "GIVEN=2", "HOME=/root", "HTTP_PROXY=http://proxy", "OWN=1", "PATH=/bin", "PWD=/"])
    #expect(try image.configuration().history.last?.createdBy == "RUN |1 GIVEN=2 /bin/sh -c env | sort > /env")
    #expect(try image.container().env == ["PATH=/bin", "BASE=yes", "OWN=1"])
  }

  @Test func `users, groups and working directories are respected`() async throws {
    let image = try await bench.build(
      """
      FROM busybox
      WORKDIR /work
      WORKDIR sub
      RUN pwd > /where
      USER app
      WORKDIR /home/app
      RUN id -u > me && id -G >> me && echo $HOME >> me
      USER 7:8
      RUN id -u > /tmp/seven; id -G >> /tmp/seven
      USER app:staff
      RUN id -G > /tmp/staff
      """)
    let files = try image.files()
    #expect(files["where"]?.text == "/work/sub\n")
    #expect(files["work/sub"]?.owner == [0, 0])
    #expect(files["home/app"]?.owner == [1000, 1001])
    #expect(files["home/app/me"]?.text == "1000\n1001 50\n/home/app\n")
    #expect(files["home/app/me"]?.owner == [1000, 1001])
    #expect(files["tmp/seven"]?.text == "7\n8\n")
    #expect(files["tmp/staff"]?.text == "50\n")
    #expect(try image.container().workingDir == "/home/app")
    let failure = try #require(try await bench.failure("FROM busybox\nUSER nobody\nRUN true\n"))
    #expect(failure.message.contains("nobody"))
    #expect(failure.line == 3)
  }

  @Test func `the exec form, another shell and heredocs`() async throws {
    let image = try await bench.build(
      """
      FROM busybox
      RUN ["/bin/touch", "/exec $HOME"]
      SHELL ["/bin/sh", "-x", "-c"]
      RUN echo traced > /traced
      RUN <<EOF
      echo one > /one
      echo $0 > /zero
      EOF
      RUN <<script cat > /two
      text with $HOME
      script
      RUN <<PROGRAM
      #!/bin/sh
      echo "$0" > /three
      PROGRAM
      """)
    let files = try image.files()
    #expect(files["exec $HOME"] != nil)
    #expect(image.output.contains("+ echo traced"))
    #expect(files["one"]?.text == "one\n")
    #expect(files["two"]?.text == "text with /root\n")
    #expect(files["three"]?.text == "/dev/pipes/PROGRAM\n")
    #expect(files.keys.allSatisfy { !$0.hasPrefix("dev") })
  }

  @Test func `a failure names the line, and the output stands above it`() async throws {
    let failure = try #require(try await bench.failure("FROM busybox\n\nRUN echo before && exit 3\n"))
    #expect(failure.code == .commandFailed)
    #expect(failure.message == "Dockerfile:3: RUN echo before && exit 3 ended with exit code 3")
    #expect(failure.output.contains("before\n"))
    let missing = try #require(try await bench.failure("FROM busybox\nRUN no-such-program\n"))
    #expect(missing.help.contains("not found"))
    let layers = try FileManager.default.contentsOfDirectory(atPath: bench.directory("layers").string)
    #expect(layers.allSatisfy { $0.count == 64 })
  }

  @Test func `a bind mount shows the context, and leaves nothing behind`() async throws {
    try bench.write("a", to: "src/a")
    try bench.write("secret", to: "src/.env")
    try bench.write("src/.env\n", to: ".dockerignore")
    let image = try await bench.build(
      """
      FROM busybox
      RUN --mount=type=bind,source=src,target=/src ls -A /src > /list; touch /src/x && exit 1 || true
      RUN --mount=target=/all,rw touch /all/new && ls /all > /list2
      RUN --mount=type=bind,source=src/a,target=/one cat /one > /list3
      """)
    let files = try image.files()
    #expect(files["list"]?.text == "a\n")
    #expect(files["list2"]?.text == "new\nsrc\n")
    #expect(files["list3"]?.text == "a")
    #expect(try image.paths(1) == ["list"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.context.string).sorted() == [".dockerignore", "src"])
  }

  @Test func `a bind mount shows a stage`() async throws {
    let image = try await bench.build(
      """
      FROM busybox AS tools
      RUN mkdir /out && echo 1 > /out/one
      RUN echo 2 > /out/two && rm /out/one
      FROM busybox
      RUN --mount=from=tools,source=/out,target=/in ls /in > /list
      RUN --mount=from=tools,target=/tools ls /tools/etc > /etc-list
      """)
    #expect(try image.files()["list"]?.text == "two\n")
    #expect(try image.files()["etc-list"]?.text == "group\npasswd\n")
  }

  @Test func `a cache outlives the build and is no part of the image`() async throws {
    let dockerfile = { (text: String) in
      "FROM busybox\nRUN --mount=type=cache,target=/cache,uid=1000,mode=0700 echo \(text) >> /cache/log; cat /cache/log > /seen; stat -c '%u %a' /cache >> /seen\n"
    }
    #expect(try await bench.build(dockerfile("one")).files()["seen"]?.text == "one\n1000 700\n")
    let second = try await bench.build(dockerfile("two"))
    #expect(try second.files()["seen"]?.text == "one\ntwo\n1000 700\n")
    #expect(try second.paths() == ["seen"])
    let shared = try await bench.build(
      "FROM busybox\nRUN --mount=type=cache,id=/cache,sharing=private,target=/c --mount=type=cache,id=/cache,sharing=private,target=/d ls /c /d > /seen\n"
    )
    #expect(try shared.files()["seen"]?.text == "/c:\nlog\n\n/d:\n")
  }

  @Test func `memory, secrets and networks`() async throws {
    let image = try await bench.build(
      """
      FROM busybox
      RUN --mount=type=tmpfs,target=/scratch,size=1m touch /scratch/x && ls /scratch > /scratch-list
      RUN --mount=type=secret,id=token stat -c '%a %u' /run/secrets/token > /mode; wc -c < /run/secrets/token >> /mode
      RUN --mount=type=secret,id=token,target=/t,mode=0444,uid=5 --mount=type=secret,id=token,env=TOKEN test "$(cat /t)" = "$TOKEN"
      RUN --mount=type=secret,id=none test ! -e /run/secrets/none
      RUN --network=none ip link > /links
      """
    ) { $0.secrets = ["token": Array("hunter2".utf8)] }
    let files = try image.files()
    #expect(files["scratch-list"]?.text == "x\n")
    #expect(files["mode"]?.text == "400 0\n7\n")
    #expect(files["links"]?.text.contains("eth") == false)
    #expect(files["run/secrets"] == nil && files["scratch"] == nil && files["t"] == nil)
    #expect(!image.output.contains("hunter2"))
    let failure = try #require(
      try await bench.failure("FROM busybox\nRUN --mount=type=secret,id=tokn,required=true true\n") {
        $0.secrets = ["token": [1]]
      })
    #expect(failure.help == "did you mean token?")
  }

  @Test func `the kernel's interfaces and the mount points never reach the layer`() async throws {
    let image = try await bench.build(
      "FROM busybox\nRUN touch /x /tmp/y; ls /proc/self /dev/null /sys /etc/resolv.conf > /dev/null\n")
    #expect(try image.paths() == ["tmp", "tmp/y", "x"])
    let scratch = try await bench.build(
      "FROM scratch\nCOPY --from=busybox /bin/busybox /bin/\nRUN [\"/bin/busybox\", \"touch\", \"/x\"]\n")
    #expect(try scratch.paths() == ["x"])
  }

  @Test func `a directory that a layer only implies keeps the mode that it has below`() async throws {
    let writer = try LayerWriter(into: bench.store, modificationTime: 0)
    try writer.add(LayerEntry(path: "tmp/implied", kind: .file(size: 0), permissions: 0o644))
    let base = try bench.store.manifest(of: bench.addBusybox("base"))
    let first = LayerBlob(
      descriptor: base.layers[0],
      diffID: try bench.store.configuration(of: bench.addBusybox("base")).rootfs.diffIDs[0], uncompressedSize: 0)
    try bench.add("odd", layers: [first, try writer.finish()])
    let image = try await bench.build("FROM odd\nRUN stat -c %a /tmp > /mode\n")
    #expect(try image.files()["mode"]?.text == "1777\n")
  }

  @Test func `steps see the same times whether the layers below were unpacked or just made`() async throws {
    let dockerfile = "FROM busybox\nRUN echo 1 > /one\nRUN stat -c %Y /one > /time\n"
    let first = try await bench.build(dockerfile)
    #expect(try first.files()["time"]?.text == "1000000000\n")
    let other = try Workbench()
    try other.addBusybox()
    #expect(try await other.build(dockerfile).digest == first.digest)
  }

  @Test func `cancelling ends the command and leaves nothing behind`() async throws {
    let bench = bench
    let (started, signal) = AsyncStream<Void>.makeStream()
    try write("FROM busybox\nRUN echo ready; sh -c 'while true; do :; done'\n", to: bench.directory("Dockerfile"))
    let request = ImageBuildRequest(
      context: bench.context, dockerfile: bench.directory("Dockerfile"), dockerfileName: "Dockerfile")
    // Awaited below, after it has been cancelled.
    let building = Task {
      try await bench.builder.build(
        request,
        output: OutputSink { chunk in
          if String(decoding: chunk, as: UTF8.self).hasPrefix("ready") { signal.yield() }
        })
    }
    for await _ in started { break }
    building.cancel()
    await #expect(throws: (any Error).self) { try await building.value }
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.directory("layers").string)
    #expect(left.allSatisfy { $0.count == 64 })
  }
}
