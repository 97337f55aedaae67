import Engine
import Glibc
import Model
import OCI
import PipelineFile
import SystemPackage

/// What a simulation takes for the world: the settings' names, a run that would begin now, and nothing of any secret.
struct SimulationWorld {
  let workplace: Workplace
  let surroundings: Surroundings

  func world(inputs: [String: String], jobs: Int?) -> SimulatedRun.World {
    let settings = workplace.settings
    let now = EngineClock.system.now()
    // The first run of a pipeline that nothing is known of, the same each time.
    var random = NoRandomness()
    let origin = RunOrigin(
      pipelineFile: workplace.pipelineFile, pipelineDigest: Digest(of: workplace.pipelineSource.bytes),
      pipelineDirectory: workplace.directory.string, inputs: inputs, actor: surroundings.userName,
      version: Surroundings.version)
    let run = Run(
      id: ULID(milliseconds: now.milliseconds, random: &random), pipeline: workplace.pipeline.identifier,
      pipelineName: workplace.pipeline.name, sequenceID: 1, status: .running, startedAt: now, origin: origin)
    return SimulatedRun.World(
      surroundings: RunSurroundings(
        accountIdentifier: settings.account.identifier, accountName: settings.account.name,
        variables: settings.variables.mapValues(\.raw), secretNames: workplace.secrets.names,
        actorName: surroundings.userName
      ) { identifier in "<the secret '\(identifier)'>" },
      masker: Masker(), concurrency: StrategyConcurrency(jobs: jobs, processors: Machine.processors), run: run)
  }
}

private struct NoRandomness: RandomNumberGenerator {
  mutating func next() -> UInt64 { 0 }
}

/// This machine.
enum Machine {
  /// How many are at work.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
