import SystemPackage
import TestSupport
import Testing

/// What whoever mistypes a command is told, on which stream, with which exit code.
@Suite struct WrongCommandLineTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let line: String
    let code: Int
    let says: String

    var testDescription: String { line }

    init(_ line: String, _ says: String) { self.init(line, 2, says) }

    init(_ line: String, _ code: Int, _ says: String) {
      self.line = line
      self.code = code
      self.says = says
    }
  }

  /// Where nothing has been run.
  static let fresh: [Row] = [
    Row("rnu", "'slipway' has no command 'rnu'; did you mean 'run'? ('slipway --help' lists them)"),
    Row("something", "'slipway' has no command 'something' ('slipway --help'"),
    Row("audit verfiy", "'slipway audit' has no command 'verfiy'; did you mean 'verify'?"),
    Row("registry push", "'slipway registry' has no command 'push'"),
    Row("run", "<pipeline>"),
    Row("run nothing.yaml", "cannot read nothing.yaml: No such file or directory"),
    Row("run .", "cannot read .: Is a directory"),
    Row("run --jbos 2 nothing.yaml", "Did you mean '--jobs'?"),
    Row("lint nothing.yaml", "cannot read nothing.yaml"),
    Row("lint .", "there is no pipeline in ."),
    Row("lint --format html nothing.yaml", "sarif"),
    Row("explain SW9999", "there is no code 'SW9999'"),
    Row("scan nothing.tar", "there is no archive nothing.tar"),
    Row("runs", "nothing has been run yet"), Row("show", "nothing has been run yet"),
    Row("logs last", "nothing has been run yet"), Row("replay last", "nothing has been run yet"),
    Row("rerun last", "nothing has been run yet"), Row("cancel last", "nothing has been run yet"),
    Row("diff last last", "nothing has been run yet"), Row("findings", "nothing has been run yet"),
    Row("shell last -- ls", "nothing has been run yet"), Row("prune", "nothing has been run yet"),
    Row("audit verify", "nothing has been run yet"), Row("audit head", "nothing has been run yet"),
    Row("audit trace sha256:0123456789", "nothing has been run yet"),
    Row("audit sql SELECT", "nothing has been run yet"), Row("doctor --ledger", "nothing has been run yet"),
    Row("eval <+pipeline.name", 3, "'<+' is opened and never closed"),
  ]

  @Test func `where nothing has been run`() async throws {
    try await TemporaryDirectory.with { directory in
      try await Self.check(Self.fresh, SlipwayProgram(in: directory))
    }
  }

  /// Where one run has succeeded.
  static let after: [Row] = [
    Row("show nothing", "“nothing” names no run"), Row("show 7ZZZ", "no run's identifier begins with"),
    Row("show three_echoes#9", "the latest is three_echoes#1"), Row("show other#1", "has not been run yet"),
    Row("logs nothing", "names no run"), Row("logs last nothing", "there is no step 'nothing' (steps: first, second"),
    Row("replay nothing", "names no run"), Row("replay last", "there is nothing to replay"),
    Row("rerun nothing", "names no run"), Row("diff last nothing", "names no run"),
    Row("cancel last", "is not going on"), Row("shell last -- ls", "no step of run three_echoes#1 failed"),
    Row("shell last/frist -- ls", "did you mean 'first'"),
    Row("audit trace sha256:0123456789", "the ledger knows no image"),
    Row("audit trace nothing", "the ledger knows no image"), Row("audit who-pushed nothing", "nothing was pushed as"),
    Row("audit verify --against nothing", "there is no file 'nothing'"),
    Row("audit export --format sbom nothing", "the ledger knows no image"),
    Row("eval <+pipeline.nmae> --run last", 3, "did you mean 'name'?"),
  ]

  @Test func `where something has been run`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      #expect(try await slipway("run", SlipwayProgram.echoPipeline).code == 0)
      try await Self.check(Self.after, slipway)
    }
  }

  private static func check(_ rows: [Row], _ slipway: SlipwayProgram) async throws {
    for row in rows {
      let words = row.line.split(separator: " ").map(String.init)
      // What stands behind -- belongs to another command.
      let end = words.firstIndex(of: "--") ?? words.count
      let outcome = try await slipway.run(
        [SlipwayProgram.path.string] + words[..<end]
          + (words.first == "explain" ? [] : ["--state", slipway.state.string])
          + words[end...])
      #expect(outcome.code == row.code, "\(row.line): \(outcome.everything)")
      #expect(outcome.talk.contains(row.says), "\(row.line): \(outcome.talk)")
      // A mistake is talk: whoever reads the data reads nothing.
      #expect(outcome.output.isEmpty || outcome.output == "[]\n", "\(row.line): \(outcome.output)")
    }
  }

  // MARK: Streams

  private func shell(_ line: String, _ slipway: SlipwayProgram) async throws -> SlipwayProgram.Outcome {
    try await slipway.run(["sh", "-c", line.replacing("slipway", with: SlipwayProgram.path.string)])
  }

  @Test func `data that a full disk takes is missed, and a reader that goes away is not`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      #expect(try await slipway("run", SlipwayProgram.echoPipeline).code == 0)
      for command in ["runs --json", "show last", "audit export", "logs last", "explain"] {
        let full = try await shell("slipway \(command) > /dev/full", slipway)
        #expect(full.code == 1, "\(command): \(full.everything)")
        #expect(full.talk.contains("standard output is not whole: No space left on device"), "\(command): \(full.talk)")
        let gone = try await shell("{ slipway \(command); echo $? >&2; } | true", slipway)
        #expect(gone.talk.hasSuffix("0\n") && !gone.talk.contains("error"), "\(command): \(gone.talk)")
      }
    }
  }

  @Test func `a program that is started without its streams keeps its ledger whole`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await shell("slipway run \(SlipwayProgram.echoPipeline) <&- >&- 2>&-", slipway)
      #expect(run.code == 0, "\(run.everything)")
      let doctor = try await slipway("doctor", "--ledger")
      #expect(doctor.code == 0, "\(doctor.everything)")
      #expect(try await slipway("runs").output.contains("three_echoes#1"))
    }
  }
}
