import Engine
import Model
import OCI
import TestSupport

extension Digest {
  /// A digest that stands for some bytes or other.
  init(sample number: Int) {
    self.init(of: Array("sample \(number)".utf8))
  }
}

enum Sample {
  static let start = Timestamp(milliseconds: 1_772_357_400_250)

  static func ulid(_ number: Int = 1) -> ULID {
    var random = SeededGenerator(seed: UInt64(number))
    return ULID(milliseconds: start.milliseconds, random: &random)
  }

  static func run(
    _ number: Int = 1, pipeline: Identifier = "sample", codebase: CodebaseState? = nil, inputs: [String: String] = [:],
    replayOf: ULID? = nil, status: Status = .running
  ) -> Run {
    Run(
      id: ulid(number), pipeline: pipeline, pipelineName: "A sample", sequenceID: number, status: status,
      startedAt: start,
      origin: RunOrigin(
        pipelineFile: "pipeline.yaml", pipelineDigest: Digest(sample: 0), pipelineDirectory: "/src",
        codebase: codebase, inputs: inputs, replayOf: replayOf, actor: "zoe", version: "0.0.0"))
  }
}
