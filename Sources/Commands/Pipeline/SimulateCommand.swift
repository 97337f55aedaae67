import ArgumentParser
import Engine
import Model

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Show what a run would come to, without executing anything.",
    discussion: """
      The scheduler that runs pipelines is played with outcomes that you name; everything else succeeds. STEP is an identifier, the end \
      of STAGE/GROUP/STEP, or a pattern with * (** also crosses slashes); a strategy's instances answer to the name in the file too.

        --outcome test=fail             it exits with 1          --outcome test=fail:137   with 137
        --outcome push=fail:Timeout     it fails with this type of error, as failureStrategies name them
        --outcome deploy=timeout        it goes on until a time limit ends it, on a clock that jumps
        --outcome 'test#1=fail'         only its first attempt
        --outcome build.TAG=v2          the value of an output variable

      Exit codes: 0 the run would succeed, 1 it would not, 2 usage, 3 invalid pipeline.
      """)

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "pipeline"))
  var pipeline: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("What a step comes to; may be repeated.", valueName: "step=outcome"))
  var outcome: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "The run as a JSON document, as 'show' gives it.")
  var json = false

  @OptionGroup var values: InputOptions

  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let terminal = Terminal.ofThisProcess()
    let workplace = try Workplace(
      pipelineFile: pipeline, settingsFile: options.config, inputs: try values.request(surroundings),
      surroundings: surroundings)
    DiagnosticReport(workplace.diagnostics, sources: workplace.sources, terminal: terminal).show()
    let plan = try selection.plan(workplace.pipeline)
    let world = SimulationWorld(workplace: workplace, surroundings: surroundings)
      .world(inputs: workplace.inputs, jobs: selection.jobs)
    var simulated = SimulatedRun(plan, script: try OutcomeOptions.script(outcome, for: plan), world: world)
    simulated.play()
    SimulationView(simulated).show(on: terminal, isJSON: json)
    if simulated.status == .expired { throw ExitStatus.timedOut }
    if !simulated.status.isPositive { throw ExitStatus.stepFailed }
  }
}
