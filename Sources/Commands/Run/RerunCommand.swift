import ArgumentParser
import Engine
import Ledger
import Model

struct RerunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun", abstract: "Run an earlier run's pipeline afresh, with the same inputs.",
    discussion: """
      Pipeline, settings, input values and codebase are those that the run kept, whatever has become of the files since.
      Nothing is taken over: 'slipway replay' does that. RUN is a run's identifier or the beginning of one, PIPELINE#NUMBER, or last.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var selector: String

  @Option(help: ArgumentHelp("Take the codebase from this directory instead.", valueName: "dir"))
  var codebase: String?

  @Flag(help: "One JSON object a line on standard output for everything that happens.")
  var json = false

  @OptionGroup var breaking: BreakOption
  @OptionGroup var snapshots: SnapshotOption
  @OptionGroup var destination: LiveOption
  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(Surroundings.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    try breaking.check(terminal)
    try toolbox.becomeRoot()
    let kept = try await KeptRun(selector, in: try toolbox.readLedger(), toolbox)
    let workplace = try await kept.workplace()
    let plan = kept.plan(workplace.pipeline)
    let state = try await kept.codebase(given: codebase)
    try RunMaterial(toolbox: toolbox, plan: plan, run: kept.run.id).check(state, nil, for: kept.run.id)
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: toolbox, terminal: terminal, isJSON: json, isLive: destination.live,
      snapshots: try snapshots.policy(), breaksOnFailure: breaking.breakOnFailure,
      payload: .map(
        KeptRun.payload(omitting: plan.omissions).merging(["rerun": ["of": .string(kept.run.id.description)]]) { $1 }))
    try await session.run(codebase: state, faults: [:], takeOver: nil)
  }
}
