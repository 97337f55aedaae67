import ArgumentParser
import Engine
import Model
import SystemPackage

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline.",
    discussion: """
      Images are pushed to the embedded registry under the state directory, under the full name that they are meant for; with \
      --live to the registry itself.
      Exit codes: 0 all went well, 1 a step failed, 2 usage, 3 invalid pipeline, 4 an image or a snapshot is not what was \
      recorded, 124 out of time, 130 and 143 stopped by a signal.
      """)

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "pipeline"))
  var pipeline: String

  @Option(help: ArgumentHelp("The directory that stands for the repository.", valueName: "dir"))
  var codebase: String?

  @OptionGroup var inputs: InputOptions

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
    let terminal = Terminal.ofThisProcess()
    let workplace = try await self.workplace(toolbox, terminal)
    DiagnosticReport(workplace.diagnostics, sources: workplace.sources, terminal: terminal).show()
    try breaking.check(terminal)
    let plan = try selection.plan(workplace.pipeline)
    if let notice = try selection.stageNotice(workplace.pipeline) { terminal.talk(notice) }
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: toolbox, terminal: terminal, isJSON: json,
      isLive: destination.live, jobs: selection.jobs, snapshots: try snapshots.policy(),
      breaksOnFailure: breaking.breakOnFailure, payload: .map(KeptRun.payload(omitting: plan.omissions)))
    let directory = try await workplace.codebase(
      given: codebase, reader: toolbox.codebase, surroundings: surroundings)
    let codebaseState: CodebaseState? =
      if let directory { try await toolbox.codebase.state(of: directory) } else { nil }
    try await session.run(codebase: codebaseState, faults: try faults(plan), takeOver: nil)
  }

  /// The pipeline with a value for every input: the one who sits at the terminal is asked for those that are missing.
  private func workplace(_ toolbox: Toolbox, _ terminal: Terminal) async throws -> Workplace {
    let surroundings = toolbox.surroundings
    var request = try inputs.request(surroundings)
    var workplace = try Workplace(
      pipelineFile: pipeline, settingsFile: options.config, inputs: request, for: .run, surroundings: surroundings)
    // From here on the program may have been started a second time; nobody is to be asked twice.
    try toolbox.becomeRoot()
    let missing = workplace.missingInputs(of: selection.stage)
    if !missing.isEmpty, let conversation = Conversation.ofThisProcess(terminal) {
      do {
        request.sources += try InputPrompt(conversation: conversation, root: workplace.root).ask(missing)
      } catch {
        terminal.talk("stopped before every input had a value")
        try workplace.requireInputs(of: selection.stage)
      }
      workplace = try Workplace(
        pipelineFile: pipeline, settingsFile: options.config, inputs: request, for: .run, surroundings: surroundings)
    }
    try workplace.requireInputs(of: selection.stage)
    return await workplace.withFetchedSecrets(toolbox.commands)
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
