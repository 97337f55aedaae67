import ArgumentParser
import Engine
import Ledger
import Model
import OCI
import PipelineFile
import SystemPackage

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run again what did not succeed in an earlier run.",
    discussion: """
      Stages and steps that succeeded are taken over; the workspace is restored as it was before the first step that did not.
      RUN is a run's identifier or the beginning of one, PIPELINE#NUMBER, or last.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var selector: String

  @Flag(help: "One JSON object a line on standard output for everything that happens.")
  var json = false

  @OptionGroup var destination: LiveOption

  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let toolbox = options.toolbox(surroundings)
    let terminal = Terminal.ofThisProcess()
    try toolbox.becomeRoot()
    let store = try toolbox.readLedger()
    let run = try await store.resolve(selector)
    guard !toolbox.locks.isAlive(run.id) else {
      throw CommandFailure(.usage, "run \(run.id) is still going on; stop it with 'slipway cancel \(run.id)' first")
    }
    guard run.status != .succeeded, run.status != .ignoreFailed else {
      throw CommandFailure(
        .usage,
        "run \(run.pipeline)#\(run.sequenceID) succeeded: there is nothing to replay"
          + " ('slipway run \(run.origin.pipelineFile)' runs it afresh)")
    }
    var lineage = [try await store.history(of: run.id)]
    while let earlier = lineage.first?.run.origin.replayOf {
      lineage.insert(try await store.history(of: earlier), at: 0)
    }
    let workplace = await (try self.workplace(of: run, toolbox)).withFetchedSecrets(toolbox.commands)
    let plan = Plan(try selection(of: lineage, workplace.pipeline))
    let session = RunSession(
      workplace: workplace, plan: plan, toolbox: toolbox, terminal: terminal, isJSON: json,
      isLive: destination.live)
    try await session.run(
      codebase: run.origin.codebase, faults: [:],
      takeOver: TakeOver(from: lineage, plan: plan, expansions: try await expansions(of: lineage, in: store)))
  }

  /// The pipeline and the settings as the run kept them: the files may have changed since, or be gone.
  private func workplace(of run: Run, _ toolbox: Toolbox) throws -> Workplace {
    let directory = FilePath(run.origin.pipelineDirectory)
    func kept(_ digest: Digest, _ name: String) throws -> SourceText {
      do {
        return SourceText(file: name, bytes: try toolbox.blobs.read(digest, limit: SourceText.largestSize))
      } catch let error as OCIError {
        throw CommandFailure(.custodyRefused, "run \(run.id) cannot be replayed: \(error.message)")
      }
    }
    return try Workplace(
      pipelineSource: try kept(run.origin.pipelineDigest, run.origin.pipelineFile), directory: directory,
      settingsSource: try run.origin.settingsDigest.map { try kept($0, "slipway.yaml") }, settingsDirectory: directory,
      inputs: try InputRequest(of: run, kept: kept), for: .run, surroundings: toolbox.surroundings)
  }

  /// The instances that strategies had, as the latest run that reached them has recorded it.
  private func expansions(
    of lineage: [RunHistory], in store: SQLiteRunStore
  ) async throws -> [StepPath: StrategyExpansion] {
    var found: [StepPath: StrategyExpansion] = [:]
    for history in lineage {
      found.merge(StrategyExpansion.recorded(in: try await store.events(of: history.run.id))) { $1 }
    }
    return found
  }

  /// Only the stages that the first run had selected.
  private func selection(of lineage: [RunHistory], _ pipeline: Pipeline) throws -> Pipeline {
    let stages = Set(lineage.flatMap(\.nodes).filter { $0.kind == .stage }.compactMap(\.path.stage))
    guard !stages.isEmpty else { return pipeline }
    return try pipeline.selecting(pipeline.allStages.map(\.identifier).filter(stages.contains))
  }
}
