import Engine
import Expressions
import Ledger
import Model
import OCI
import PipelineFile
import SystemPackage

/// Where `eval` gets its names from.
struct EvaluationSources {
  let toolbox: Toolbox
  let settingsFile: String?
  let trigger: Value

  /// What stands in place of every secret, so that no method can take it apart.
  private static let dots = "••••••••"

  /// A pipeline that has not run: what has a status has succeeded so far.
  func scope(
    ofFile file: String, inputs: InputRequest, codebase: String?, stage: String?, step: String?, terminal: Terminal
  ) async throws -> any ExpressionScope {
    let surroundings = toolbox.surroundings
    let workplace = try Workplace(
      pipelineFile: file, settingsFile: settingsFile, inputs: inputs, surroundings: surroundings)
    let plan = Plan(workplace.pipeline)
    let directory = try await workplace.codebase(given: codebase, reader: toolbox.codebase, surroundings: surroundings)
    let codebaseState: CodebaseState? =
      if let directory { try await toolbox.codebase.state(of: directory) } else { nil }
    let now = toolbox.clock.now()
    var random = SystemRandomNumberGenerator()
    let run = Run(
      id: ULID(milliseconds: now.milliseconds, random: &random), pipeline: workplace.pipeline.identifier,
      pipelineName: workplace.pipeline.name, sequenceID: try await nextNumber(of: workplace.pipeline.identifier),
      status: .running, startedAt: now,
      origin: RunOrigin(
        pipelineFile: file, pipelineDigest: Digest(of: workplace.pipelineSource.bytes),
        pipelineDirectory: workplace.directory.string, codebase: codebaseState,
        inputs: workplace.inputs, actor: surroundings.userName, version: Surroundings.version))
    let state = RunState()
    state.setCurrentStatus(.succeeded, of: .pipeline)
    for node in plan.nodes where node.kind == .stage { state.setCurrentStatus(.succeeded, of: node.path) }
    return RunScope(
      plan: plan, run: run, state: state, surroundings: self.surroundings(of: workplace), masker: Masker(),
      place: try place(stage: stage, step: step, in: plan))
  }

  /// A run of the past, from what the ledger and the blob store have of it.
  func scope(ofRun selector: String, stage: String?, step: String?) async throws -> any ExpressionScope {
    let store = try toolbox.readLedger()
    let history = try await store.history(of: try await store.resolve(selector).id)
    let workplace = try workplace(of: history.run)
    let plan = Plan(workplace.pipeline)
    let state = RunState()
    state.setCurrentStatus(history.run.status, of: .pipeline)
    for node in history.nodes {
      state.update(node.path) {
        $0.status = node.status
        $0.startedAt = node.startedAt
        $0.finishedAt = node.finishedAt
      }
    }
    for attempt in history.attempts {
      state.update(attempt.path) {
        $0.attempts = attempt.number
        $0.outputs = attempt.outputs
      }
    }
    for push in history.pushes { state.update(push.step) { $0.pushes.append(push) } }
    return RunScope(
      plan: plan, run: history.run, state: state, surroundings: surroundings(of: workplace), masker: Masker(),
      place: try place(stage: stage, step: step, in: plan))
  }

  /// The pipeline and the settings as the run kept them.
  private func workplace(of run: Run) throws -> Workplace {
    let directory = FilePath(run.origin.pipelineDirectory)
    func kept(_ digest: Digest, _ name: String) throws -> SourceText {
      do {
        return SourceText(file: name, bytes: try toolbox.blobs.read(digest, limit: SourceText.largestSize))
      } catch let error as OCIError {
        throw CommandFailure(.usage, "run \(run.id) has lost its pipeline file: \(error.message)")
      }
    }
    return try Workplace(
      pipelineSource: try kept(run.origin.pipelineDigest, run.origin.pipelineFile), directory: directory,
      settingsSource: try run.origin.settingsDigest.map { try kept($0, "slipway.yaml") }, settingsDirectory: directory,
      inputs: try InputRequest(of: run, kept: kept), surroundings: toolbox.surroundings)
  }

  private func surroundings(of workplace: Workplace) -> RunSurroundings {
    let (secrets, dots) = (workplace.secrets, Self.dots)
    return RunSurroundings(
      accountIdentifier: workplace.settings.account.identifier, accountName: workplace.settings.account.name,
      variables: workplace.settings.variables.mapValues(\.raw), secretNames: secrets.names,
      actorName: toolbox.surroundings.userName, trigger: workplace.trigger ?? trigger
    ) { identifier in
      try secrets.value(of: identifier) == nil ? nil : dots
    }
  }

  /// What the next run of the pipeline would be counted as.
  private func nextNumber(of pipeline: Identifier) async throws -> Int {
    guard FileSystem.exists(toolbox.state.ledger) else { return 1 }
    let last = try await toolbox.readLedger().runs(RunQuery(pipeline: pipeline, limit: 1)).first
    return (last?.sequenceID ?? 0) + 1
  }

  private func place(stage: String?, step: String?, in plan: Plan) throws -> StepPath {
    let stages = plan.nodes.filter { $0.kind == .stage }.map(\.path)
    var scopes = stages
    if let stage {
      scopes = stages.filter { $0.last?.description == stage }
      guard !scopes.isEmpty else {
        let names = stages.compactMap { $0.last?.description }
        let guess = Spelling.nearest(to: stage, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandFailure(
          .usage, "--stage: there is no stage '\(stage)'\(guess) (stages: \(names.joined(separator: ", ")))")
      }
    }
    guard let step else { return stage == nil ? .pipeline : scopes[0] }
    let steps = plan.nodes.filter { $0.kind == .step }.map(\.path)
    return try StepChoice.path(step, among: steps.filter { path in scopes.contains { $0.stage == path.stage } })
  }
}
