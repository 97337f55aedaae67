import ArgumentParser
import Engine
import Model

/// Which part of a pipeline is meant.
struct SelectionOptions: ParsableArguments {
  @Option(parsing: .singleValue, help: ArgumentHelp("Run only this stage; may be repeated.", valueName: "stage"))
  var stage: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Run only this step or group; may be repeated. The services that its stage depends on are started.",
      valueName: "step"))
  var step: [String] = []

  @Option(
    help: ArgumentHelp(
      "Begin at this stage or step; what is before it is left out, but for services of the same stage.",
      valueName: "stage[/step]"))
  var from: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Leave this stage, group or step out; may be repeated.", valueName: "step"))
  var skip: [String] = []

  @Option(
    help: ArgumentHelp(
      "How many instances of a strategy, or members of a parallel block, run at a time. Without it, a strategy that has no maxConcurrency runs as many as the machine has processors.",
      valueName: "number"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more, and is \(jobs)") }
  }

  /// - Throws: ``CommandFailure`` for what the pipeline does not have.
  func plan(_ pipeline: Pipeline) throws -> Plan {
    var selection = Selection()
    selection.stages = try stages(pipeline)
    let templates = Plan(pipeline).templates
    selection.steps = try step.map { try Self.path($0, "--step", among: templates.filter { !$0.isStage }) }
    selection.start = try from.map { try Self.path($0, "--from", among: templates) }
    selection.skipped = try skip.map { try Self.path($0, "--skip", among: templates) }
    return selection.plan(of: pipeline)
  }

  /// What Harness would say about `--stage`; nil when it would run these stages too.
  ///
  /// - Throws: ``CommandFailure`` when the pipeline forbids to run stages by themselves.
  func stageNotice(_ pipeline: Pipeline) throws -> String? {
    guard !stage.isEmpty else { return nil }
    switch pipeline.allowsStageExecutions {
    case true?: return nil
    case false?:
      throw CommandFailure(
        .usage,
        "--stage: the pipeline says 'allowStageExecutions: false', so its stages are not to be run by themselves;"
          + " change that to true, or begin at a stage with --from")
    case nil:
      return
        "--stage: Harness would refuse this, since the pipeline does not say 'allowStageExecutions: true'; here it is run"
    }
  }

  private func stages(_ pipeline: Pipeline) throws -> [Identifier] {
    let identifiers = try stage.map { name in
      do { return try Identifier(name) } catch { throw CommandFailure(.usage, "--stage: '\(name)' is no identifier") }
    }
    do { try pipeline.checkStages(identifiers) } catch {
      let names = error.stages.map(\.description)
      let guess =
        Spelling.nearest(to: error.identifier.description, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandFailure(
        .usage, "--stage: there is no stage '\(error.identifier)'\(guess) (stages: \(names.joined(separator: ", ")))")
    }
    return identifiers
  }

  private static func path(_ text: String, _ option: String, among paths: [StepPath]) throws -> StepPath {
    do {
      return try StepChoice.path(text, among: paths)
    } catch let failure as CommandFailure {
      throw CommandFailure(failure.status, "\(option): \(failure.message)")
    }
  }
}
