import ArgumentParser
import Engine
import Model
import SystemPackage

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline.",
    discussion: """
      Images are pushed to the embedded registry under the state directory, under the full name that they are meant for; with
      --live to the registry itself.
      Exit codes: 0 all went well, 1 a step failed, 2 usage, 3 invalid pipeline, 4 an image was refused, 124 out of time,
      130 and 143 stopped by a signal.
      """)

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "pipeline"))
  var pipeline: String

  @Option(help: ArgumentHelp("The directory that stands for the repository.", valueName: "dir"))
  var codebase: String?

  @Option(
    parsing: .singleValue, help: ArgumentHelp("A pipeline variable's value; may be repeated.", valueName: "name=value"))
  var input: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Let a step fail without running it, to see what the pipeline makes of it: STEP=fail or STEP=fail:Timeout.",
      valueName: "step=fail"))
  var outcome: [String] = []

  @Flag(help: "One JSON object a line on standard output for everything that happens.")
  var json = false

  @OptionGroup var breaking: BreakOption
  @OptionGroup var snapshots: SnapshotOption
  @OptionGroup var destination: LiveOption

  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let toolbox = options.toolbox(surroundings)
    let workplace = try Workplace(pipelineFile: pipeline, settingsFile: options.config, surroundings: surroundings)
    let terminal = Terminal.ofThisProcess()
    DiagnosticReport(workplace.diagnostics, sources: workplace.sources, terminal: terminal).show()
    try breaking.check(terminal)
    try toolbox.becomeRoot()
    let plan = try selection.plan(workplace.pipeline)
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: toolbox, terminal: terminal, isJSON: json,
      isLive: destination.live, jobs: selection.jobs, snapshots: try snapshots.policy(),
      breaksOnFailure: breaking.breakOnFailure, payload: .map(KeptRun.payload(omitting: plan.omissions)))
    let directory = try await workplace.codebase(
      given: codebase, reader: toolbox.codebase, surroundings: surroundings)
    let codebaseState: CodebaseState? =
      if let directory { try await toolbox.codebase.state(of: directory) } else { nil }
    try await session.run(
      codebase: codebaseState, inputs: try inputs(workplace.pipeline), faults: try faults(plan), takeOver: nil)
  }

  private func inputs(_ pipeline: Pipeline) throws -> [String: String] {
    var values: [String: String] = [:]
    for text in input {
      guard let equals = text.firstIndex(of: "=") else {
        throw CommandFailure(.usage, "--input: write it as name=value, not '\(text)'")
      }
      let name = String(text[..<equals].replacing("pipeline.variables.", with: "", maxReplacements: 1))
      guard pipeline.variables.contains(where: { $0.name == name }) else {
        let names = pipeline.variables.map(\.name)
        let guess = Spelling.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "--input: the pipeline has no variable '\(name)'\(guess)")
      }
      values[name] = String(text[text.index(after: equals)...])
    }
    return values
  }

  private func faults(_ plan: Plan) throws -> [StepPath: FailureType] {
    var faults: [StepPath: FailureType] = [:]
    for text in outcome {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let words = (parts.count == 2 ? parts[1] : "").split(separator: ":", maxSplits: 1).map(String.init)
      guard words.first == "fail" else {
        throw CommandFailure(.usage, "--outcome: write it as STEP=fail or STEP=fail:Timeout, not '\(text)'")
      }
      var type = FailureType.unknown
      if words.count == 2 {
        guard let named = FailureType.allCases.first(where: { $0.rawValue.lowercased() == words[1].lowercased() })
        else {
          let guess = Spelling.nearest(to: words[1], among: FailureType.allCases.map(\.rawValue))
          throw CommandFailure(
            .usage,
            "--outcome: there is no type of failure '\(words[1])'\(guess.map { "; did you mean '\($0)'?" } ?? "")")
        }
        type = named
      }
      faults[try StepChoice.path(parts[0], among: plan.templates.filter { !$0.isStage })] = type
    }
    return faults
  }
}
