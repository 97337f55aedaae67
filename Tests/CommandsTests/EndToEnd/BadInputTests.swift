import SystemPackage
import TestSupport
import Testing

/// What a user is told who asks for something that cannot be.
struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let steps: String
    let code: Int
    let says: [String]
    var files: [String: String] = [:]

    var testDescription: String { name }
  }

  static let push = """
    - step:
        type: BuildAndPushECR
        name: push
        identifier: push
        spec:
          connectorRef: aws
          region: us-east-1
          account: "123456789012"
          imageName: test-image
          tags: [one]
          envVariables:
    """

  static func push(_ settings: String...) -> String {
    push + "\n" + settings.map { "        " + $0 }.joined(separator: "\n")
  }

  static let cases: [Case] = [
    Case(
      name: "a missing tarball", steps: push("    PLUGIN_PUSH_ONLY: \"true\"", "    PLUGIN_SOURCE_TAR_PATH: image.tar"),
      code: 1,
      says: ["image tarball does not exist at path: image.tar", "PLUGIN_TAR_PATH"]),
    Case(
      name: "a directory instead of a tarball",
      steps: push("    PLUGIN_PUSH_ONLY: \"true\"", "    PLUGIN_SOURCE_TAR_PATH: folder"), code: 1,
      says: ["folder", "is a directory"], files: ["folder/file": "x"]),
    Case(
      name: "a file that is no tarball",
      steps: push("    PLUGIN_PUSH_ONLY: \"true\"", "    PLUGIN_SOURCE_TAR_PATH: image.tar"), code: 1,
      says: ["failed to load image from tarball"], files: ["image.tar": "no archive at all"]),
    Case(
      name: "a relative path that leaves the workspace",
      steps: push("    PLUGIN_PUSH_ONLY: \"true\"", "    PLUGIN_SOURCE_TAR_PATH: ../image.tar"), code: 1,
      says: ["PLUGIN_SOURCE_TAR_PATH", "leads out of the workspace"]),
    Case(
      name: "an absolute path outside of the workspace",
      steps: push("    PLUGIN_NO_PUSH: \"true\"", "    PLUGIN_TAR_PATH: /tmp/image.tar"), code: 1,
      says: ["PLUGIN_TAR_PATH", "leads out of the workspace"],
      files: ["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"]),
    Case(
      name: "no push and push only",
      steps: push("    PLUGIN_NO_PUSH: \"true\"", "    PLUGIN_PUSH_ONLY: \"true\""), code: 1,
      says: ["no-push and push-only flags cannot be used together"]),
    Case(
      name: "push only without a source", steps: push("    PLUGIN_PUSH_ONLY: \"true\""), code: 1,
      says: [
        "source_tar_path is required when push_only is set. please provide a valid tarball path", "PLUGIN_NO_PUSH",
      ]),
    Case(
      name: "a missing Dockerfile", steps: push("    PLUGIN_NO_PUSH: \"true\""), code: 1,
      says: ["dockerfile does not exist at path: /harness/Dockerfile"]),
    Case(
      name: "a base image nobody has", steps: push("    PLUGIN_NO_PUSH: \"true\""), code: 1,
      says: ["Dockerfile:1", "127.0.0.1:9/nobody/has:this"], files: ["Dockerfile": "FROM 127.0.0.1:9/nobody/has:this\n"]
    ),
    Case(
      name: "a Dockerfile with a mistake", steps: push("    PLUGIN_NO_PUSH: \"true\""), code: 1,
      says: ["Dockerfile:2", "COPPY", "COPY"], files: ["Dockerfile": "FROM scratch\nCOPPY a b\n"]),
    Case(
      name: "a value that is no Boolean", steps: push("    PLUGIN_NO_PUSH: \"yes\""), code: 1,
      says: ["could not parse yes as bool value for flag no-push"]),
    Case(
      name: "an unknown step type", steps: "- step: {type: BuildAndPushERC, name: a, identifier: a, spec: {}}", code: 3,
      says: ["pipeline.yaml:", "BuildAndPushERC", "BuildAndPushECR"]),
    Case(
      name: "a step type that cannot run here",
      steps:
        "- step: {type: Owasp, name: a, identifier: a, spec: {mode: orchestration, config: default, target: {type: repository}}}",
      code: 3,
      says: ["Owasp", "cannot run on this machine"]),
    Case(
      name: "an expression with a slip in it",
      steps: "- step: {type: Run, name: a, identifier: a, spec: {shell: Sh, command: 'echo <+pipeline.sequenceID>'}}",
      code: 1,
      says: ["pipeline.yaml:", "<+pipeline.sequenceID>", "sequenceId"]),
  ]

  @Test(arguments: cases)
  func `is a clear error with a way out, and is recorded`(_ bad: Case) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let code = directory.appending("code")
      for (name, text) in bad.files { try code.pushing(FilePath(name)).write(text) }
      try code.appending("README").write("code")
      let steps = bad.steps.split(separator: "\n").map { "              " + $0 }.joined(separator: "\n")
      try directory.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: bad
          name: bad
          stages:
            - stage:
                identifier: only
                name: only
                type: CI
                spec:
                  cloneCodebase: true
                  execution:
                    steps:
        \(steps)

        """)
      let run = try await slipway("run", "pipeline.yaml", "--codebase", code.string)
      #expect(run.code == bad.code, "\(run.everything)")
      for text in bad.says { #expect(run.everything.contains(text), "\(text) is missing in: \(run.everything)") }
      if bad.code == 1 {
        #expect(try await slipway("runs", "--json").output.contains("FAILED"))
        #expect(try await slipway("audit", "verify").code == 0)
        #expect(try await slipway("registry", "list").output.contains("one") == false)
      }
    }
  }

  @Test func `a run that is not there is named`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let before = try await slipway("show", "last")
      #expect(before.code == 2)
      #expect(before.talk.contains("nothing has been run"))
      #expect(try await slipway("run", "nothing.yaml").code == 2)
    }
  }
}
