import Engine
import Ledger
import Model
import OCI
import PipelineFile
import SystemPackage

/// An earlier run with all that it kept: enough to do it again when its files have changed or are gone.
struct KeptRun {
  let run: Run
  /// The runs that it replays, oldest first, and the run itself last.
  let lineage: [RunHistory]
  /// What was left out of it, and why.
  let omissions: [StepPath: String]
  let toolbox: Toolbox

  /// - Throws: ``CommandFailure`` when there is no such run, or its blobs have been pruned.
  init(_ selector: String, in store: SQLiteRunStore, _ toolbox: Toolbox) async throws {
    let run = try await store.resolve(selector)
    var lineage = [try await store.history(of: run.id)]
    while let earlier = lineage.first?.run.origin.replayOf {
      lineage.insert(try await store.history(of: earlier), at: 0)
    }
    if let pruned = try await store.events(of: run.id).first(where: { $0.kind == PrunedRun.eventKind }) {
      throw CommandFailure(
        .usage,
        "run \(run.pipeline)#\(run.sequenceID) was pruned on \(pruned.at): what it did is known, its files are gone")
    }
    let started = try await store.events(of: run.id).first { $0.kind == "run.started" }
    var omissions: [StepPath: String] = [:]
    for (path, reason) in started?.payload["omissions"]?.map ?? [:] {
      if let path = try? StepPath(path) { omissions[path] = reason.string ?? "" }  // Only paths are ever written there.
    }
    self.omissions = omissions
    self.run = run
    self.lineage = lineage
    self.toolbox = toolbox
  }

  var history: RunHistory { lineage[lineage.count - 1] }

  /// The pipeline and the settings as the run kept them.
  func workplace() async throws -> Workplace {
    let directory = FilePath(run.origin.pipelineDirectory)
    return await
      (try Workplace(
        pipelineSource: try kept(run.origin.pipelineDigest, run.origin.pipelineFile), directory: directory,
        settingsSource: try run.origin.settingsDigest.map { try kept($0, "slipway.yaml") },
        settingsDirectory: directory,
        inputs: try inputs(), for: .run, surroundings: toolbox.surroundings)).withFetchedSecrets(toolbox.commands)
  }

  /// The same with an edited pipeline file.
  func workplace(editedPipeline file: String) async throws -> Workplace {
    let directory = FilePath(run.origin.pipelineDirectory)
    let source: SourceText
    do {
      source = try SourceText(reading: toolbox.surroundings.absolute(FilePath(file)), name: file)
    } catch {
      throw CommandFailure(.usage, error.message)
    }
    return await
      (try Workplace(
        pipelineSource: source, directory: directory,
        settingsSource: try run.origin.settingsDigest.map { try kept($0, "slipway.yaml") },
        settingsDirectory: directory,
        inputs: try inputs(), for: .run, surroundings: toolbox.surroundings)).withFetchedSecrets(toolbox.commands)
  }

  /// The values, the trigger and the templates that the run was given.
  private func inputs() throws -> InputRequest {
    var inputs = InputRequest()
    inputs.sources = run.origin.inputs.sorted { $0.key < $1.key }.map { .assignment(path: $0.key, value: $0.value) }
    inputs.trigger = run.origin.trigger.flatMap(TriggerFile.read(kept:))
    inputs.keptTemplates = try run.origin.templates.sorted { $0.key < $1.key }.map { try kept($0.value, $0.key) }
    return inputs
  }

  private func kept(_ digest: Digest, _ name: String) throws -> SourceText {
    do {
      return SourceText(file: name, bytes: try toolbox.blobs.read(digest, limit: SourceText.largestSize))
    } catch let error as OCIError {
      throw CommandFailure(.custodyRefused, "run \(run.id) cannot be done again: \(error.message)")
    }
  }

  /// The plan of a pipeline without what the first run had left out.
  func plan(_ pipeline: Pipeline) -> Plan { Plan(pipeline, omitting: omissions) }

  /// The instances that strategies had, as the latest run that reached them has recorded it.
  func expansions(in store: SQLiteRunStore) async throws -> [StepPath: StrategyExpansion] {
    var found: [StepPath: StrategyExpansion] = [:]
    for history in lineage {
      found.merge(StrategyExpansion.recorded(in: try await store.events(of: history.run.id))) { $1 }
    }
    return found
  }

  /// What steps have put into the environment of later ones.
  func exports(in store: SQLiteRunStore) async throws -> RecordedExports {
    var events = [AuditEvent]()
    for history in lineage { events += try await store.events(of: history.run.id) }
    return RecordedExports(in: events)
  }

  /// What is left out, as the first event of a run says it: a replay leaves it out too.
  static func payload(omitting omissions: [StepPath: String]) -> [String: Value] {
    omissions.isEmpty
      ? [:]
      : ["omissions": .map(Dictionary(uniqueKeysWithValues: omissions.map { ($0.key.description, .string($0.value)) }))]
  }

  /// The codebase that it was made from, or another one.
  func codebase(given: String?) async throws -> CodebaseState? {
    guard let given else { return run.origin.codebase }
    let path = toolbox.surroundings.absolute(FilePath(given))
    guard FileSystem.isDirectory(path) else { throw CommandFailure(.usage, "--codebase: \(given) is no directory") }
    return try await toolbox.codebase.state(of: path)
  }
}
