import Testing

@testable import DockerfileSyntax

struct InstructionTests {
  @Test func `stages have a base, a platform and a name in lower case`() throws {
    let file = try dockerfile(
      "ARG V=1 W\nARG X\nFROM --platform=$BUILDPLATFORM a:$V AS Build\nARG V\nRUN x\nfrom build\nUSER u")
    #expect(file.globalArguments.map { $0.declarations.map(\.name) } == [["V", "W"], ["X"]])
    #expect(file.globalArguments[0].declarations.map(\.defaultValue) == ["1", nil])
    #expect(file.stages.map(\.base) == ["a:$V", "build"])
    #expect(file.stages.map(\.name) == ["build", nil])
    #expect(file.stages.map(\.platform) == ["$BUILDPLATFORM", nil])
    #expect(file.stages.map { $0.instructions.map(\.keyword) } == [[.arg, .run], [.user]])
  }

  @Test func `COPY reads all its flags`() throws {
    guard
      case .copy(let copy) = try instruction(
        "COPY --from=b --chown=1:2 --chmod=u+x --link --parents=true --exclude=*.md --exclude=\"a b\" x y/ /d/"
      ).action
    else {
      Issue.record("no COPY")
      return
    }
    #expect(copy.sources == [.path("x"), .path("y/")])
    #expect(copy.destination == "/d/")
    #expect(copy.from == "b" && copy.owner == "1:2" && copy.mode == "u+x")
    #expect(copy.isLinked && copy.keepsParents)
    #expect(copy.excludedPatterns == ["*.md", "a b"])
  }

  @Test func `ADD reads all its flags`() throws {
    guard
      case .add(let add) = try instruction(
        "ADD --checksum=sha256:0 --keep-git-dir --unpack=false --link=false [\"a b\", \"/d\"]"
      ).action
    else {
      Issue.record("no ADD")
      return
    }
    #expect(add.sources == [.path("a b")])
    #expect(add.checksum == "sha256:0" && add.keepsGitDirectory && add.unpacks == false && !add.isLinked)
    guard case .add(let plain) = try instruction("ADD a b").action else { return }
    #expect(plain.unpacks == nil && !plain.keepsGitDirectory)
  }

  @Test(
    arguments: [
      ("ENV A=1 B=\"x y\" C=a\\ b", ["A": "1", "B": "\"x y\"", "C": "a\\ b"]),
      ("ENV A the  whole \"line\"", ["A": "the  whole \"line\""]), ("LABEL \"a.b\"=c", ["\"a.b\"": "c"]),
      ("ENV A=", ["A": ""]), ("ENV A=b=c", ["A": "b=c"]),
    ])
  func `assignments keep their words unexpanded`(text: String, expected: [String: String]) throws {
    switch try instruction(text).action {
    case .env(let assignments), .label(let assignments):
      #expect(Dictionary(uniqueKeysWithValues: assignments.map { ($0.name, $0.value) }) == expected)
    default: Issue.record("no assignments")
    }
  }

  @Test(
    arguments: [
      ("CMD a \"b\"  c", CommandLine.shell("a \"b\"  c")), ("CMD [\"a\", \"b c\"]", .exec(["a", "b c"])),
      ("CMD []", .exec([])), ("CMD ['a']", .shell("['a']")), ("CMD [\"a\"] b", .shell("[\"a\"] b")),
      ("CMD", .shell("")), ("CMD [ \"\\u00e4\\ud83d\\ude00\\\"\" ]", .exec(["ä😀\""])),
    ])
  func `command lines are a JSON array or a text for the shell`(text: String, expected: CommandLine) throws {
    #expect(try instruction(text).action == .cmd(expected))
  }

  @Test func `the small instructions`() throws {
    #expect(try instruction("EXPOSE 80 $P/udp").action == .expose(["80", "$P/udp"]))
    #expect(try instruction("VOLUME /a /b").action == .volume(["/a", "/b"]))
    #expect(try instruction("volume [\"/a b\"]").action == .volume(["/a b"]))
    #expect(try instruction("WORKDIR /a b ").action == .workdir("/a b"))
    #expect(try instruction("USER a:b").action == .user("a:b"))
    #expect(try instruction("STOPSIGNAL SIGINT").action == .stopsignal("SIGINT"))
    #expect(try instruction("MAINTAINER me <m@e>").action == .maintainer("me <m@e>"))
    #expect(try instruction("SHELL [\"/bin/bash\", \"-c\"]").action == .shell(["/bin/bash", "-c"]))
    #expect(try instruction("ENTRYPOINT [\"/a\"]").action == .entrypoint(.exec(["/a"])))
  }

  @Test func `RUN reads network, security and devices`() throws {
    guard
      case .run(let run) = try instruction(
        "RUN --network=none --security=insecure --device=v.com/gpu=all,required --device=name=d make --jobs=4"
      ).action
    else {
      Issue.record("no RUN")
      return
    }
    #expect(run.network == .none && run.security == .insecure)
    #expect(run.command == .shell("make --jobs=4"))
    #expect(run.devices.map(\.isRequired) == [true, false])
    #expect(run.devices.map(\.name) == ["v.com/gpu=all", "d"])
  }

  @Test func `health checks have durations in nanoseconds`() throws {
    guard
      case .healthcheck(.command(let command, let timing)) = try instruction(
        "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --start-interval=500ms --retries=3 CMD a b"
      ).action
    else {
      Issue.record("no HEALTHCHECK")
      return
    }
    #expect(command == .shell("a b"))
    #expect(timing.interval == 90_000_000_000 && timing.timeout == 1_500_000_000 && timing.startPeriod == 0)
    #expect(timing.startInterval == 500_000_000 && timing.retries == 3)
    #expect(try instruction("HEALTHCHECK NONE").action == .healthcheck(.none))
  }

  @Test(
    arguments: [
      ("80", ["80/tcp"]), ("80/UDP", ["80/udp"]), ("8000-8002/tcp", ["8000/tcp", "8001/tcp", "8002/tcp"]),
      ("127.0.0.1:80:90", ["90/tcp"]),
    ])
  func `ports`(word: String, expected: [String]) throws {
    #expect(try ExposedPorts.parse(word) == expected)
  }

  @Test(arguments: ["", "x", "70000", "9-8", "80/icmp", "+80", "-1", "80-"])
  func `words that are no ports`(word: String) {
    #expect(throws: DockerfileError.self) { try ExposedPorts.parse(word) }
  }
}
