import Model
import SystemPackage
import TestSupport
import Testing

/// Inputs and templates as a user meets them.
struct InputsTests {
  private static let directory = Repository.root.appending("Pipelines/tide-tables")
  private static let pipeline = directory.appending("pipeline.yaml").string
  private static let sets = directory.appending("input-sets")

  @Test func `an input set and templates make a run, whose replay and record have the same values`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway(
        "run", Self.pipeline, "--inputs", Self.sets.appending("harwich_for_anglers.yaml").string, "--input", "days=7",
        "--outcome", "announce=fail")
      #expect(run.code == 1, "\(run.everything)")
      #expect(run.talk.contains("Harwich, day 7: high water 4.7 metres"))
      let replay = try await slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(replay.talk.contains("The table of Harwich is out, for anglers"))
      let show = try await slipway("show", "last", "--json")
      #expect(show.output.contains("\"pipeline.variables.days\":\"7\""), "\(show.everything)")
      #expect(show.output.contains("publish.yaml"))
    }
  }

  @Test func `without a terminal one error lists what is missing`() async throws {
    try await TemporaryDirectory.with { directory in
      let run = try await SlipwayProgram(in: directory)("run", Self.pipeline)
      #expect(run.code == 2, "\(run.everything)")
      #expect(run.talk.contains("1 runtime input has no value: pipeline.variables.port"))
      #expect(run.talk.contains("--input pipeline.variables.port=…"))
      let lint = try await SlipwayProgram(in: directory)("lint", "--strict", Self.pipeline)
      #expect(lint.code == 0, "\(lint.everything)")
    }
  }

  @Test func `a value that may not be given is refused with what may`() async throws {
    try await TemporaryDirectory.with { directory in
      let run = try await SlipwayProgram(in: directory)(
        "run", Self.pipeline, "--input", "port=Hull", "--input", "days=4")
      #expect(run.code == 2, "\(run.everything)")
      #expect(run.talk.contains("allowed are '1', '3', '7'"))
    }
  }

  @Test func `values of a trigger come from a file, and secrets from a command that is never shown`() async throws {
    try await TemporaryDirectory.with { directory in
      try directory.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: triggered
          name: triggered
          variables:
            - { name: branch, type: String, value: <+input> }
          stages:
            - stage:
                identifier: only
                name: only
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: { type: Cloud, spec: {} }
                  execution:
                    steps:
                      - step:
                          type: Run
                          name: a
                          identifier: a
                          spec:
                            shell: Sh
                            command: |
                              echo "on <+pipeline.variables.branch> by <+trigger.payload.sender.login>"
                              [ '<+secrets.getValue("api_token")>' = 'token-for-api_token' ] && echo matched

        """)
      try directory.appending("slipway.yaml").write(
        """
        secrets:
          command: echo "token-for-$1"

        """)
      try directory.appending("push.json").write(
        #"{"branch": "main", "payload": {"sender": {"login": "ada"}}}"#)
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway(
        "run", directory.appending("pipeline.yaml").string, "--input", "branch=<+trigger.branch>", "--trigger",
        directory.appending("push.json").string)
      #expect(run.code == 0, "\(run.everything)")
      #expect(run.talk.contains("on main by ada"))
      #expect(run.talk.contains("matched"))
      #expect(!run.everything.contains("token-for-api_token"))
      #expect(try await slipway.query("SELECT count(*) FROM run WHERE inputs LIKE '%token-for%'") == "0")
    }
  }

  @Test func `connectors and secrets that nobody defined are listed with their uses`() async throws {
    try await TemporaryDirectory.with { directory in
      try directory.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: needy
          name: needy
          stages:
            - stage:
                identifier: only
                name: only
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: { type: Cloud, spec: {} }
                  execution:
                    steps:
                      - step:
                          type: Run
                          name: a
                          identifier: a
                          spec: { connectorRef: docker_hub, image: alpine, command: 'echo <+secrets.getValue("token")>' }

        """)
      let slipway = SlipwayProgram(in: directory)
      let file = directory.appending("pipeline.yaml").string
      let alone = try await slipway("lint", file)
      #expect(!alone.output.contains("SW411"), "\(alone.everything)")
      try directory.appending("slipway.yaml").write("secrets: { other: { env: OTHER } }\n")
      let lint = try await slipway("lint", file)
      #expect(lint.code == 0, "\(lint.everything)")
      #expect(lint.output.contains("warning[SW4110]: the connector 'docker_hub' is not defined here"))
      #expect(lint.output.contains("token: { env: TOKEN }"))
    }
  }
}
