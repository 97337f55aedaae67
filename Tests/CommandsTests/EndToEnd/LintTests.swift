import Engine
import FoundationEssentials
import Processes
import SystemPackage
import TestSupport
import Testing

/// `slipway lint` and `slipway explain` as users and scripts call them.
@Suite struct LintTests {
  private static func pipeline(_ settings: String, shell: String = "Sh") -> String {
    """
    pipeline:
      identifier: tides
      name: tides
      stages:
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster, namespace: builds}}
              execution:
                steps:
                  - step:
                      identifier: make
                      name: make
                      type: Run
                      spec: {connectorRef: hub, image: "debian:12", shell: \(shell), command: make}
                  - step:
                      identifier: build
                      name: build
                      type: BuildAndPushDockerRegistry
                      spec:
                        connectorRef: hub
                        repo: harbour/tides
                        tags: [one]
                        envVariables: {\(settings)}

    """
  }

  @Test func `warnings are no failure unless they shall be, and errors always`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      try directory.appending("warning.yaml").write(Self.pipeline("PLUGIN_PUSH_ONLY: \"true\""))
      try directory.appending("error.yaml").write(Self.pipeline("", shell: "Zsh"))
      try directory.appending("clean.yaml").write(Self.pipeline("PLUGIN_NO_PUSH: \"true\""))
      #expect(try await slipway("lint", "warning.yaml").code == 0)
      #expect(try await slipway("lint", "warning.yaml", "--strict").code == 3)
      let clean = try await slipway("lint", "clean.yaml", "--strict")
      #expect(clean.code == 0 && clean.output == "", "\(clean.everything)")
      let all = try await slipway("lint", "error.yaml", "warning.yaml", "clean.yaml", "--format", "concise")
      #expect(all.code == 3)
      #expect(all.output.contains("error.yaml:17:") && all.output.contains("warning.yaml:26:"), "\(all.output)")
      #expect(all.talk.contains("3 files checked, 1 error, 1 warning"), "\(all.talk)")
    }
  }

  @Test func `what can be read of a file with errors is checked too`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      try directory.appending("both.yaml").write(Self.pipeline("PLUGIN_PUSH_ONLY: \"true\"", shell: "Zsh"))
      let outcome = try await slipway("lint", "both.yaml", "--format", "concise")
      #expect(outcome.output.contains("SW2009") && outcome.output.contains("SW5002"), "\(outcome.everything)")
    }
  }

  @Test func `directories, standard input and files that are not there`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      try directory.appending("ci/.harness/one.yaml").write(Self.pipeline("PLUGIN_PUSH_ONLY: \"true\""))
      try directory.appending("ci/two.yml").write(Self.pipeline("PLUGIN_NO_PUSH: \"maybe\""))
      try directory.appending("ci/.git/three.yaml").write(Self.pipeline("PLUGIN_NO_PUSH: \"maybe\""))
      try directory.appending("ci/other.yaml").write("connector: {}\n")
      let outcome = try await slipway("lint", "ci", "--format", "concise")
      #expect(outcome.talk.contains("2 files checked"), "\(outcome.everything)")
      #expect(outcome.output.contains("ci/.harness/one.yaml:26:") && outcome.output.contains("ci/two.yml:26:"))
      let missing = try await slipway("lint", "none.yaml", "ci/two.yml", "--format", "concise")
      #expect(missing.code == 2)
      #expect(missing.talk.contains("none.yaml") && missing.output.contains("SW5003"))
      let piped = try await slipway.run(
        ["sh", "-c", "cat ci/two.yml | \(SlipwayProgram.path) lint - --format concise"])
      #expect(piped.output.contains("<stdin>:26:"), "\(piped.everything)")
    }
  }

  @Test(arguments: ["json", "sarif"])
  func `only data goes to standard output`(_ format: String) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      try directory.appending("p.yaml").write(Self.pipeline("PLUGIN_PUSH_ONLY: \"true\""))
      let outcome = try await slipway("lint", "p.yaml", "--format", format)
      #expect(throws: Never.self, "\(outcome.output)") {
        _ = try JSONDecoder().decode(AnyJSON.self, from: Data(outcome.output.utf8))
      }
      let written = try await slipway("lint", "p.yaml", "--format", format, "--output", "report")
      #expect(written.output == "")
      #expect(try directory.appending("report").readText() == outcome.output)
    }
  }

  private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  @Test func `fixes are shown, made, and made once`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let file = directory.appending("p.yaml")
      let before = Self.pipeline("PLUGIN_NO_PUSH: \"yes\", PLUGIN_FORCE: off")
      try file.write(before)
      let diff = try await slipway("lint", "p.yaml", "--diff")
      #expect(diff.output.contains("+") && diff.output.contains("PLUGIN_NO_PUSH: \"true\", PLUGIN_FORCE: \"false\""))
      #expect(try file.readText() == before, "--diff changes nothing")
      let fixed = try await slipway("lint", "p.yaml", "--fix", "--strict")
      #expect(fixed.code == 0, "\(fixed.everything)")
      let after = try file.readText()
      #expect(after == Self.pipeline("PLUGIN_NO_PUSH: \"true\", PLUGIN_FORCE: \"false\""))
      #expect(try await slipway("lint", "p.yaml", "--diff").output == "")
      #expect(try await slipway("lint", "-", "--fix").code == 2)
    }
  }

  @Test func `a word in another case, a key in another style and a number as a tag are mended`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let file = directory.appending("p.yaml")
      let right = Self.pipeline("PLUGIN_NO_PUSH: \"true\"")
      let wrong = right.replacing("shell: Sh", with: "shell: \"sh\"").replacing("connectorRef:", with: "connector_ref:")
        .replacing("tags: [one]", with: "tags: [1.10]")
      try file.write(wrong)
      let fixed = try await slipway("lint", "p.yaml", "--fix", "--strict")
      #expect(fixed.code == 0, "\(fixed.everything)")
      let mended = right.replacing("connectorRef: cluster", with: "connector_ref: cluster")
        .replacing("tags: [one]", with: "tags: [\"1.10\"]")
      let text = try file.readText()
      #expect(text == mended || text == right.replacing("tags: [one]", with: "tags: [\"1.10\"]"), "\(text)")
    }
  }

  @Test func `the pipelines that come with the program have nothing but notes`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let outcome = try await slipway(
        "lint", SlipwayProgram.seedPipeline, SlipwayProgram.tamperedPipeline, SlipwayProgram.echoPipeline, "--strict",
        "--format", "concise")
      #expect(outcome.code == 0, "\(outcome.everything)")
      let codes = outcome.output.matches(of: /note\[(SW[0-9]+)\]/).map { String($0.1) }
      #expect(codes.sorted() == ["SW6004", "SW6004", "SW7002"], "\(outcome.output)")
    }
  }

  @Test func `codes are explained by number and by name`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let environment = slipway.environment
      func explain(_ arguments: String...) async throws -> (code: Int, output: String, talk: String) {
        let result = try await HostCommandRunner().run(
          [SlipwayProgram.path.string, "explain"] + arguments, environment: environment, workingDirectory: directory)
        return (
          result.exit.shellCode, String(decoding: result.standardOutput, as: UTF8.self),
          String(decoding: result.standardError, as: UTF8.self)
        )
      }
      let byNumber = try await explain("SW5003")
      #expect(byNumber.code == 0 && byNumber.output.contains("strconv.ParseBool"))
      #expect(try await explain("sw5003").output == byNumber.output)
      #expect(try await explain("not-a-go-boolean").output == byNumber.output)
      let all = try await explain()
      #expect(all.output.contains("SW1001") && all.output.contains("SW7003"))
      let unknown = try await explain("not-a-bolean")
      #expect(unknown.code == 2 && unknown.talk.contains("not-a-go-boolean"))
      #expect(try await explain("SW5099").talk.contains("SW5101"))
    }
  }
}
