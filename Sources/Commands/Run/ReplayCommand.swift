import ArgumentParser
import Engine
import Ledger
import Model
import PipelineFile

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run again what did not succeed in an earlier run.",
    discussion: """
      Stages and steps that succeeded are taken over; the workspace is restored as it was before the first step that did not.
      Neither the checkout nor the pipeline's file is needed any more: the run kept both.
      RUN is a run's identifier or the beginning of one, PIPELINE#NUMBER, or last.
      Refused with exit code 4 when something that the run kept is missing or altered.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var selector: String

  @Option(help: ArgumentHelp("Start at this stage or step, which may have succeeded.", valueName: "stage[/step]"))
  var from: String?

  @Flag(help: "Run whole stages, each with a fresh workspace, as Harness's own retry does.")
  var stageOnly = false

  @Option(
    help: ArgumentHelp(
      "An edited pipeline; its stages must be the same. What is taken over stays as it was.", valueName: "file"))
  var pipeline: String?

  @Option(
    help: ArgumentHelp(
      "With --stage-only: take the files of fresh workspaces from this directory, not from the run's own snapshot.",
      valueName: "dir"))
  var codebase: String?

  @Flag(help: "One JSON object a line on standard output for everything that happens.")
  var json = false

  @OptionGroup var breaking: BreakOption
  @OptionGroup var snapshots: SnapshotOption
  @OptionGroup var destination: LiveOption
  @OptionGroup var options: StateOptions

  func validate() throws {
    if codebase != nil, !stageOnly { throw ValidationError("--codebase goes with --stage-only") }
  }

  func run() async throws {
    let toolbox = options.toolbox(Surroundings.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    try breaking.check(terminal)
    try toolbox.becomeRoot()
    let store = try toolbox.readLedger()
    let kept = try await KeptRun(selector, in: store, toolbox)
    let run = kept.run
    guard !toolbox.locks.isAlive(run.id) else {
      throw CommandFailure(.usage, "run \(run.id) is still going on; stop it with 'slipway cancel \(run.id)' first")
    }
    guard from != nil || !run.status.isPositive else {
      throw CommandFailure(
        .usage,
        "run \(run.pipeline)#\(run.sequenceID) succeeded: there is nothing to replay"
          + " ('slipway rerun \(run.pipeline)#\(run.sequenceID)' runs it afresh, --from STAGE replays a part of it)")
    }
    var workplace = try await kept.workplace()
    var plan = kept.plan(workplace.pipeline)
    let extent = try extent(in: plan)
    let expansions = try await kept.expansions(in: store)
    let exports = try await kept.exports(in: store)
    var changes = [String]()
    var takeOver = try takeOver(kept, plan, extent, expansions, exports, terminal)
    if let pipeline {
      let edited = try await kept.workplace(editedPipeline: pipeline)
      let edit = try edit(from: plan.pipeline, to: edited.pipeline)
      let finished = plan.pipeline.allStages.map(\.identifier).filter {
        !takeOver.unfinishedStages.contains(StepPath(stage: $0))
      }
      plan = kept.plan(edit.merged(keeping: Set(finished)))
      takeOver = try self.takeOver(kept, plan, extent, expansions, exports, changed: edit.changedSteps, terminal)
      changes = edit.changes
      workplace = edited
      terminal.talk(changes.isEmpty ? "\(pipeline) is the pipeline that the run had" : "changed since the run:")
      for change in changes { terminal.talk("  " + HarmlessText.inLine(change)) }
    }
    for lost in takeOver.lostExports {
      terminal.talk(
        "\(StepChoice.short(lost.step)) had put \(lost.names.joined(separator: ", ")) into the environment of later steps:"
          + " the value holds a secret, which the ledger does not keep, and is not set again (--from starts before it)")
    }
    let state = try await kept.codebase(given: codebase)
    try RunMaterial(toolbox: toolbox, plan: plan, run: run.id).check(state, takeOver, for: run.id)
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: toolbox, terminal: terminal, isJSON: json, isLive: destination.live,
      snapshots: try snapshots.policy(), breaksOnFailure: breaking.breakOnFailure,
      payload: .map(payload(run, changes).merging(KeptRun.payload(omitting: kept.omissions)) { $1 }))
    try await session.run(codebase: state, faults: [:], takeOver: takeOver)
  }

  private func extent(in plan: Plan) throws -> TakeOver.Extent {
    guard let from else { return stageOnly ? .failedStages : .fromFailure }
    let nodes = plan.nodes.filter { $0.kind != nil }
    if let stage = nodes.first(where: { $0.kind == .stage && $0.path.last?.description == from })?.path {
      return stageOnly ? .fromStage(stage) : .from(stage)
    }
    guard from.contains("/") || nodes.contains(where: { $0.path.last?.description == from }) else {
      let names = nodes.compactMap { $0.path.last?.description }
      let guess = Spelling.nearest(to: from, among: names).map { "; did you mean '\($0)'?" } ?? ""
      let stages = nodes.filter { $0.kind == .stage }.compactMap { $0.path.last?.description }
      throw CommandFailure(
        .usage, "--from: there is no stage or step '\(from)'\(guess) (stages: \(stages.joined(separator: ", ")))")
    }
    let path = try StepChoice.path(from, among: nodes.map(\.path).filter { !$0.isStage })
    guard !stageOnly else {
      throw CommandFailure(.usage, "--stage-only starts at a stage, and '\(from)' is a step")
    }
    return .from(path)
  }

  private func takeOver(
    _ kept: KeptRun, _ plan: Plan, _ extent: TakeOver.Extent, _ expansions: [StepPath: StrategyExpansion],
    _ exports: RecordedExports, changed: Set<StepPath> = [], _ terminal: Terminal
  ) throws -> TakeOver {
    do {
      let takeOver = try TakeOver(
        from: kept.lineage, plan: plan, extent: extent, changed: changed, expansions: expansions, exports: exports)
      guard !extent.isOfWholeStages, let stage = takeOver.stagesWithoutWorkspace.min() else { return takeOver }
      guard case .fromFailure = extent else {
        throw CommandFailure(
          .usage,
          "--from: the run kept no snapshot in the middle of stage \(StepChoice.short(stage)); start at the stage with --stage-only"
        )
      }
      terminal.talk(
        "the run kept no snapshot in the middle of stage \(StepChoice.short(stage)): whole stages are run again")
      return try TakeOver(
        from: kept.lineage, plan: plan, extent: .failedStages, changed: changed, expansions: expansions,
        exports: exports)
    } catch let error as TakeOver.StartError {
      switch error {
      case .unfinished(let obstacle, let start):
        throw CommandFailure(
          .usage,
          "--from: \(StepChoice.short(start)) comes after \(StepChoice.short(obstacle)), which did not succeed;"
            + " start there or before it")
      }
    }
  }

  private func edit(from before: Pipeline, to after: Pipeline) throws -> PipelineEdit {
    do {
      return try PipelineEdit(from: before, to: after)
    } catch {
      func list(_ names: [Identifier]) -> String { names.map(\.description).joined(separator: ", ") }
      throw CommandFailure(
        .usage,
        "--pipeline: the stages are not those of the run: it had \(list(error.before)), the file has \(list(error.after));"
          + " a replay needs the same ones in the same order ('slipway run' runs the file afresh)")
    }
  }

  private func payload(_ run: Run, _ changes: [String]) -> [String: Value] {
    var fields: [String: Value] = ["of": .string(run.id.description), "wholeStages": .bool(stageOnly)]
    if let from { fields["from"] = .string(from) }
    if let pipeline {
      fields["editedPipeline"] = .string(pipeline)
      fields["changes"] = .list(changes.map(Value.string))
    }
    return ["replay": .map(fields)]
  }
}
