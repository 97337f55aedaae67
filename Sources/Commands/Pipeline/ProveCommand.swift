import ArgumentParser
import Engine
import Model

struct ProveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Check what holds in every run, whatever the steps come to.",
    discussion: """
      Every combination of step outcomes is explored with the scheduler that runs pipelines; nothing is executed. It checks that
        scanned-before-push   no image is pushed unless its scan ran and passed
        written-before-read   no step reads a file that no earlier step wrote on that path
        failures-fail         every failure path ends in a failed run
      and whatever is given with --require, in words such as

        --require 'push.ran implies scan.succeeded'
        --require 'not (deploy.ran and run.failed)'

      where STEP.WORD asks what became of a step (or group, or stage) at the end of a run: ran, succeeded, failed, ignored, skipped. They are \
      put together with not, and, or, implies and parentheses. run stands for the run as a whole. A broken property is shown with the \
      shortest run that breaks it.

      What ends a run from outside (Ctrl-C, the time limit of a stage or of the pipeline) is no outcome of a step, and is not explored.

      Exit codes: 0 everything holds, 1 something is broken, 2 usage, 3 invalid pipeline, or given up before everything was explored.
      """)

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "pipeline"))
  var pipeline: String

  @Option(
    name: .customLong("require"), parsing: .singleValue,
    help: ArgumentHelp("What must be true at the end of every run; may be repeated.", valueName: "expression"))
  var requirements: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A property that is not asked for, by its name above; may be repeated.", valueName: "property"))
  var except: [String] = []

  @Option(help: ArgumentHelp("How many different states are looked at.", valueName: "number"))
  var limit = 100_000

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "A JSON document in place of text.")
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
    let world = SimulationWorld(workplace: workplace, surroundings: surroundings).world(
      inputs: workplace.inputs, jobs: selection.jobs)
    guard limit > 0 else { throw CommandFailure(.usage, "--limit must be 1 or more, and is \(limit)") }
    var prover = Prover(plan, properties: try properties(for: plan), limit: limit, world: world)
    let proof = prover.prove()
    ProofView(proof).show(on: terminal, isJSON: json)
    if proof.isBroken { throw ExitStatus.stepFailed }
    if !proof.isComplete { throw ExitStatus.invalidPipeline }
  }

  private func properties(for plan: Plan) throws -> [Property] {
    let names = Property.builtIn.map(\.name)
    if let stranger = except.first(where: { !names.contains($0) }) {
      let guess = Spelling.nearest(to: stranger, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandFailure(.usage, "--except: there is no property '\(stranger)'\(guess)")
    }
    let own = try requirements.map { text in
      let requirement: Requirement
      do throws(Requirement.ParseError) { requirement = try Requirement(text) } catch {
        throw CommandFailure(.usage, "--require '\(text)': \(error.message)")
      }
      if let stranger = requirement.strangers(in: plan).first {
        let known = plan.templates.compactMap { $0.last?.description }
        let guess = Spelling.nearest(to: stranger.description, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.usage, "--require '\(text)': there is no step '\(stranger)'\(guess)")
      }
      return Property.requirement(requirement)
    }
    return Property.builtIn.filter { !except.contains($0.name) } + own
  }
}
