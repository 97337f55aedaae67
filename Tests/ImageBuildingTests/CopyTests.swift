import Engine
import Foundation
import Glibc
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct CopyTests {
  let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("a", to: "a.txt")
    try bench.write("b", to: "b.txt", permissions: 0o600)
    try bench.write("tool", to: "bin/tool", permissions: 0o755)
    try bench.write("deep", to: "dir/sub/deep.txt")
    try bench.write("top", to: "dir/top.txt")
  }

  /// Instruction, and the paths that it puts into an empty image.
  @Test(arguments: [
    ("COPY a.txt /", ["a.txt"]),
    ("COPY a.txt /x", ["x"]),
    ("COPY a.txt /x/", ["x", "x/a.txt"]),
    ("COPY a.txt x/y", ["x", "x/y"]),
    ("COPY a.txt .", ["a.txt"]),
    ("COPY ./a.txt ./", ["a.txt"]),
    ("COPY /a.txt /new", ["new"]),
    ("COPY dir/../a.txt /new", ["new"]),
    ("COPY a.txt b.txt /x/", ["x", "x/a.txt", "x/b.txt"]),
    ("COPY *.txt /x/", ["x", "x/a.txt", "x/b.txt"]),
    ("COPY [ab].txt /x/", ["x", "x/a.txt", "x/b.txt"]),
    ("COPY d*/t* /x/", ["x", "x/top.txt"]),
    ("COPY none* a.txt /x/", ["x", "x/a.txt"]),
    ("COPY dir /x", ["x", "x/sub", "x/sub/deep.txt", "x/top.txt"]),
    ("COPY dir/ /x/", ["x", "x/sub", "x/sub/deep.txt", "x/top.txt"]),
    ("COPY dir bin /", ["sub", "sub/deep.txt", "tool", "top.txt"]),
    ("COPY [\"a.txt\", \"/with space\"]", ["with space"]),
    ("ADD a.txt /x/", ["x", "x/a.txt"]),
    ("ADD dir /x", ["x", "x/sub", "x/sub/deep.txt", "x/top.txt"]),
  ])
  func `files go where the instruction says`(instruction: String, paths: [String]) async throws {
    let image = try await bench.build("FROM scratch\n\(instruction)\n")
    #expect(try image.paths() == paths)
  }

  @Test func `modes are kept, owners are root, and every file has the build's date`() async throws {
    let image = try await bench.build("FROM scratch\nCOPY . /\n")
    let files = try image.files()
    #expect(files["b.txt"]?.mode == 0o600)
    #expect(files["bin/tool"]?.mode == 0o755)
    #expect(files["bin/tool"]?.text == "tool")
    #expect(files.values.allSatisfy { $0.owner == [0, 0] && $0.entry.modificationTime == 1_000_000_000 })
    #expect(try image.configuration().created == "2001-09-09T01:46:40Z")
  }

  @Test func `links inside a directory are copied as links, a link that is named is followed`() async throws {
    try link(bench.context.appending("to-a"), to: "a.txt")
    try link(bench.context.appending("to-dir"), to: "dir")
    try link(bench.context.pushing("dir/up"), to: "../a.txt")
    let image = try await bench.build("FROM scratch\nCOPY to-a /x/\nCOPY to-dir /y\n")
    let files = try image.files()
    #expect(files["x/to-a"]?.text == "a")
    #expect(files["y/up"]?.target == "../a.txt")
    #expect(files["y/top.txt"]?.text == "top")
  }

  @Test(arguments: ["COPY ../secret /", "ADD dir/../../secret /", "COPY ../* /"])
  func `a path that leaves the context is refused`(instruction: String) async throws {
    try ImageBuildingTests.write("secret", to: bench.directory("secret"))
    let failure = try #require(try await bench.failure("FROM scratch\n\(instruction)\n"))
    #expect(failure.code == .invalidDockerfile)
    #expect(failure.message.contains("outside of the build context"))
    #expect(failure.line == 2)
  }

  @Test(arguments: ["/etc", "../../../../../../../etc", "../secret"])
  func `a link that leaves the context leads nowhere`(target: String) async throws {
    try ImageBuildingTests.write("secret", to: bench.directory("secret"))
    try link(bench.context.appending("escape"), to: target)
    let failure = try #require(try await bench.failure("FROM scratch\nCOPY escape /x\n"))
    #expect(failure.message.contains("has no escape"))
    let below = try #require(try await bench.failure("FROM scratch\nCOPY escape/passwd /x\n"))
    #expect(below.message.contains("has no escape/passwd"))
  }

  @Test func `a missing source is named, with the name that was probably meant`() async throws {
    let failure = try #require(try await bench.failure("FROM scratch\n\nCOPY a.tx /x\n"))
    #expect(failure.code == .invalidDockerfile)
    #expect(failure.message == "Dockerfile:3: the build context has no a.tx")
    #expect(failure.help.contains("a.txt"))
  }

  @Test func `several sources need a directory`() async throws {
    let failure = try #require(try await bench.failure("FROM scratch\nCOPY a.txt b.txt /x\n"))
    #expect(failure.help.contains("/x/"))
  }

  @Test func `ignored files are left out, and asking for one is an error`() async throws {
    try bench.write("*.txt\n!a.txt\ndir\n!dir/sub/deep.txt\n", to: ".dockerignore")
    let image = try await bench.build("FROM scratch\nCOPY . /x/\n")
    #expect(
      try image.paths() == [
        "x", "x/.dockerignore", "x/a.txt", "x/bin", "x/bin/tool", "x/dir", "x/dir/sub", "x/dir/sub/deep.txt",
      ])
    let failure = try #require(try await bench.failure("FROM scratch\nCOPY b.txt /x\n"))
    #expect(failure.message.contains(".dockerignore"))
    #expect(failure.help.contains("!b.txt"))
    #expect(try await bench.build("FROM scratch\nCOPY *.txt /x/\n").paths() == ["x", "x/a.txt"])
  }

  @Test func `an ignore file of the Dockerfile's own goes before the context's`() async throws {
    try bench.write("*\n", to: ".dockerignore")
    try ImageBuildingTests.write("b*\n.d*\n", to: bench.directory("Dockerfile.dockerignore"))
    let image = try await bench.build("FROM scratch\nCOPY . /x/\n")
    #expect(try image.paths() == ["x", "x/a.txt", "x/dir", "x/dir/sub", "x/dir/sub/deep.txt", "x/dir/top.txt"])
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to unpack files of other users"))
  func `owners and modes can be chosen`() async throws {
    let image = try await bench.build(
      "FROM scratch\nCOPY --chown=12:34 --chmod=0640 a.txt /x/\nCOPY --chown=7 dir /y\nCOPY --chmod=4755 a.txt /z\n")
    let files = try image.files()
    #expect(files["x/a.txt"]?.owner == [12, 34])
    #expect(files["x/a.txt"]?.mode == 0o640)
    #expect(files["x"]?.owner == [12, 34])
    #expect(files["y/sub/deep.txt"]?.owner == [7, 7])
    #expect(files["z"]?.mode == 0o4755)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to unpack files of other users"))
  func `names of owners are those of the image`() async throws {
    try bench.addBusybox()
    let image = try await bench.build(
      "FROM busybox\nARG WHO=app\nCOPY --chown=$WHO a.txt /1\nCOPY --chown=app:staff a.txt /2\nCOPY --chown=3:app a.txt /3\n"
    )
    let files = try image.files()
    #expect(files["1"]?.owner == [1000, 1001])
    #expect(files["2"]?.owner == [1000, 50])
    #expect(files["3"]?.owner == [3, 1001])
    let failure = try #require(try await bench.failure("FROM busybox\nCOPY --chown=nobody a.txt /\n"))
    #expect(failure.message.contains("/etc/passwd in the image has no \"nobody\""))
  }

  @Test func `the image's links and directories are respected`() async throws {
    try bench.addBusybox()
    let image = try await bench.build("FROM busybox\nCOPY a.txt /var/run/app/x\nCOPY a.txt /tmp\nCOPY dir /tmp/\n")
    #expect(try image.paths(1) == ["run", "run/app", "run/app/x"])
    #expect(try image.paths(2) == ["tmp", "tmp/a.txt"])
    #expect(try image.layer(2)[0].mode == 0o1777)
    #expect(try image.files()["tmp/sub/deep.txt"]?.text == "deep")
    #expect(try image.files()["var/run"]?.target == "/run")
  }

  @Test(arguments: [
    ("COPY dir /bin/sh", "not a directory"), ("COPY a.txt /bin/sh/x", "not a directory"),
    ("COPY bin/tool /etc/passwd/", "not a directory"),
  ])
  func `a file is in the way`(instruction: String, part: String) async throws {
    try bench.addBusybox()
    let failure = try #require(try await bench.failure("FROM busybox\n\(instruction)\n"))
    #expect(failure.message.contains(part))
  }

  @Test func `heredocs become files`() async throws {
    let image = try await bench.build(
      """
      FROM scratch
      ENV NAME=world
      COPY <<one <<"two" /x/
      hello $NAME
      one
      hello $NAME
      two
      COPY --chmod=755 <<-run /run.sh
      \t#!/bin/sh
      run
      """)
    let files = try image.files()
    #expect(files["x/one"]?.text == "hello world\n")
    #expect(files["x/two"]?.text == "hello $NAME\n")
    #expect(files["run.sh"]?.text == "#!/bin/sh\n")
    #expect(files["run.sh"]?.mode == 0o755)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root to unpack files of other users"))
  func `owners in a stage are kept`() async throws {
    let image = try await bench.build(
      "FROM scratch AS x\nCOPY --chown=5:6 a.txt /out/a\nFROM scratch\nCOPY --from=x / /\n")
    #expect(try image.files()["out/a"]?.owner == [5, 6])
  }

  @Test(.enabled(if: geteuid() != 0, "is for another user than root"))
  func `owners in a stage that cannot be kept are an error`() async throws {
    let failure = try #require(
      try await bench.failure(
        "FROM scratch AS x\nCOPY --chown=5:6 a.txt /out/a\nFROM scratch\nCOPY --from=x / /\n"))
    #expect(failure.code == .environment)
    #expect(failure.message.contains("only root can unpack it"))
  }

  @Test func `earlier stages and other images are sources`() async throws {
    try bench.addBusybox("other:1")
    let image = try await bench.build(
      """
      FROM scratch AS first
      COPY a.txt /out/a
      FROM scratch AS Second
      COPY --from=first /out /copied
      COPY --from=0 /out/a /zero
      COPY --from=other:1 /etc/passwd /var/run /image/
      FROM scratch
      COPY --from=second / /
      """)
    let files = try image.files()
    #expect(files["copied/a"]?.owner == [0, 0])
    #expect(files["zero"]?.text == "a")
    #expect(files["image/passwd"]?.text.hasPrefix("root:") == true)
    let missing = try #require(try await bench.failure("FROM scratch AS x\nFROM scratch\nCOPY --from=x /no /\n"))
    #expect(missing.message.contains("stage x has no no"))
  }

  @Test func `hard links of a stage stay links`() async throws {
    let writer = try LayerWriter(into: bench.store, modificationTime: 0)
    try writer.add(LayerEntry(path: "one", kind: .file(size: 1), permissions: 0o644), contents: .bytes([65]))
    try writer.add(LayerEntry(path: "two", kind: .hardLink(target: "one"), permissions: 0o644))
    try bench.add("linked", layers: [try writer.finish()])
    let image = try await bench.build("FROM scratch\nCOPY --from=linked / /x/\n")
    #expect(try image.layer().map(\.entry.kind) == [.directory, .file(size: 1), .hardLink(target: "x/one")])
  }

  @Test(
    .enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"),
    arguments: ["plain", "gzip", "xz", "bzip2", "zstd"])
  func `ADD unpacks archives`(compression: String) async throws {
    let options = compression == "plain" ? [] : ["--" + compression]
    let archive = bench.context.appending("archive")
    let owner = geteuid() == 0 ? ["--uid", "11", "--gid", "12"] : ["--uid", "0", "--gid", "0"]
    try Program.run(
      "bsdtar", ["-cf", archive.string] + owner + options + ["dir", "bin"], in: bench.context)
    let image = try await bench.build(
      "FROM scratch\nADD archive /x\nCOPY archive /copied\nADD --unpack=false archive /kept\nADD a.txt /plain.tar.gz\n")
    let files = try image.files()
    #expect(files["x/dir/sub/deep.txt"]?.text == "deep")
    #expect(files["x/bin/tool"]?.mode == 0o755)
    if geteuid() == 0 { #expect(files["x/bin/tool"]?.owner == [11, 12]) }
    #expect(files["copied"]?.content == files["kept"]?.content)
    #expect(files["copied"]?.entry.kind != .directory)
    #expect(files["plain.tar.gz"]?.text == "a")
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `an archive changes neither the destination's mode nor anything outside of it`() async throws {
    try bench.addBusybox()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: bench.context.appending("dir").string)
    let archive = bench.context.appending("a.tar")
    try Program.run(
      "bsdtar", ["-cf", archive.string, "--uid", "0", "--gid", "0", "-C", "dir", "."], in: bench.context)
    let image = try await bench.build("FROM busybox\nADD a.tar /tmp/\n")
    #expect(try image.layer().map(\.entry.path) == ["tmp", "tmp/sub", "tmp/sub/deep.txt", "tmp/top.txt"])
    #expect(try image.layer()[0].mode == 0o1777)

    try Program.run("bsdtar", ["-cPf", archive.string, "-s", "|^|../../|", "a.txt"], in: bench.context)
    let failure = try #require(try await bench.failure("FROM busybox\nADD a.tar /tmp/\n"))
    #expect(failure.message.contains("leads out"))
  }

  @Test(arguments: [
    ("ADD https://example.com/x /", "ADD of the address"), ("ADD git@github.com:a/b.git /", "ADD of the address"),
    ("ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 a.txt /", "--checksum"),
    ("COPY --parents dir/top.txt /", "--parents"), ("COPY --exclude=*.txt . /", "--exclude"),
    ("COPY --chmod=u+x a.txt /", "octal"), ("RUN --security=insecure true", "insecure"),
    ("RUN --mount=type=ssh true", "ssh"), ("RUN --device=vendor.com/gpu true", "--device"),
  ])
  func `what is not supported is refused and never ignored`(instruction: String, part: String) async throws {
    let failure = try #require(try await bench.failure("FROM scratch\n\(instruction)\n"))
    #expect(failure.code == .invalidDockerfile)
    #expect(failure.message.contains(part))
    #expect(failure.line == 2)
    #expect(!failure.help.isEmpty)
  }

  @Test func `--link is an ordinary copy where no link of the image is in the way`() async throws {
    try bench.addBusybox()
    #expect(try await bench.build("FROM busybox\nCOPY --link a.txt /opt/x\n").files()["opt/x"]?.text == "a")
    let failure = try #require(try await bench.failure("FROM busybox\nCOPY --link a.txt /var/run/x\n"))
    #expect(failure.message.contains("--link"))
  }

  @Test func `a name that would remove something is refused`() async throws {
    try bench.write("", to: "dir/.wh.passwd")
    let failure = try #require(try await bench.failure("FROM scratch\nCOPY dir /etc\n"))
    #expect(failure.message.contains(".wh."))
  }
}
