import SystemPackage
import TestSupport
import Testing

/// What only a person at a terminal gets: questions, and shells.
@Suite struct AtTheTerminalTests {
  // MARK: Inputs

  private static func askingPipeline(in directory: FilePath) throws -> String {
    let file = directory.appending("pipeline.yaml")
    try file.write(
      """
      pipeline:
        identifier: asking
        name: asking
        variables:
          - { name: port, type: String, value: "<+input>.regex([A-Z][a-z]+)", description: Which port }
          - { name: days, type: Number, value: "<+input>.allowedValues(1,3,7)" }
          - { name: unit, type: String, value: "<+input>.default(metres)" }
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
                        name: say
                        identifier: say
                        spec:
                          shell: Sh
                          command: echo "<+pipeline.variables.port>, <+pipeline.variables.days>, <+pipeline.variables.unit>"

      """)
    return file.string
  }

  @Test func `a run asks for the inputs that have no value, with type, default and choices`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let program = try slipway.onTerminal("run", try Self.askingPipeline(in: directory))
      try await program.wait(for: "The pipeline asks for")
      try await program.wait(for: "pipeline.variables.port (String)")
      try await program.wait(for: "Which port")
      try await program.wait(for: "matches [A-Z][a-z]+")
      try await program.wait(for: "> ")
      try program.type("harwich\n")
      try await program.wait(for: "'harwich' does not match the regular expression")
      try await program.wait(for: "> ")
      try program.type("Harwich\n")
      try await program.wait(for: "pipeline.variables.days (Number)")
      try await program.wait(for: "2) 3")
      try await program.wait(for: "> ")
      try program.type("2\n")
      let code = try await program.finish()
      #expect(code == 0, "\(program.text)")
      #expect(try await slipway("logs", "last", "say").output == "Harwich, 3, metres\n")
    }
  }

  @Test func `whoever goes away instead of answering is told how to give the values`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let program = try slipway.onTerminal("run", try Self.askingPipeline(in: directory))
      try await program.wait(for: "> ")
      // Ctrl-D
      try program.type("\u{4}")
      let code = try await program.finish()
      #expect(code == 2, "\(program.text)")
      #expect(program.text.contains("--input pipeline.variables.port=…"), "\(program.text)")
    }
  }

  // MARK: Shells

  private static func failingPipeline(in directory: FilePath) throws -> String {
    let file = directory.appending("pipeline.yaml")
    try file.write(
      """
      pipeline:
        identifier: failing
        name: failing
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
                        name: check
                        identifier: check
                        spec: { shell: Sh, envVariables: { DEPTH: "12" }, command: "echo half > partial; exit 3" }

      """)
    return file.string
  }

  @Test func `a shell opens inside a step of an earlier run, with line editing and signals of its own`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      #expect(try await slipway("run", try Self.failingPipeline(in: directory)).code == 1)
      let shell = try slipway.onTerminal("shell", "last/check")
      try await shell.wait(for: "a copy of snapshot")
      // The answers are computed, lest the echo of what is typed be taken for them.
      try shell.type("echo $(cat partial)-$DEPTH-$((6 * 7))-$PWD $HISTFILE\n")
      try await shell.wait(for: "half-12-42-/harness /dev/null")
      // A program that says itself when it is ready for a signal.
      let trap = #"trap "echo caught-\$((3 + 3)); exit" INT; echo waiting-$((1 + 1)); while :; do sleep 1; done"#
      try shell.type("sh -c '\(trap)'\n")
      try await shell.wait(for: "waiting-2")
      // Ctrl-C ends what runs in the shell, and nothing else.
      try shell.type("\u{3}")
      try await shell.wait(for: "caught-6")
      try shell.type("rm partial; echo alive-$((2 + 2))\n")
      try await shell.wait(for: "alive-4")
      try shell.type("exit\n")
      let code = try await shell.finish()
      #expect(code == 0, "\(shell.text)")
      let again = try await slipway.run([
        SlipwayProgram.path.string, "shell", "last/check", "--state", slipway.state.string, "--", "cat", "partial",
      ])
      #expect(again.output == "half\n", "\(again.everything)")
    }
  }

  @Test func `a failing step stops the run for a shell, and the run goes on when it has ended`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try slipway.onTerminal("run", try Self.failingPipeline(in: directory), "--break-on-failure")
      try await run.wait(for: "a shell in its place; 'exit' lets the run go on")
      try run.type("echo $(cat partial)-$DEPTH-$((6 * 7)); exit\n")
      try await run.wait(for: "half-12-42")
      let code = try await run.finish()
      #expect(code == 1, "\(run.text)")
      #expect(try await slipway("runs").output.contains("✗ failed"))
      #expect(try await slipway("audit", "verify").code == 0)
    }
  }
}
