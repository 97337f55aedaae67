import SystemPackage
import TestSupport

/// A pipeline of one stage, written into a directory and run there by the built program.
struct StagePipeline {
  struct Ran {
    let outcome: SlipwayProgram.Outcome
    let slipway: SlipwayProgram
  }

  /// Keys of the stage's `spec:`, one a line or more, not indented.
  var stage = "cloneCodebase: false\nruntime: { type: Cloud, spec: {} }"
  /// The items of `steps:`, not indented.
  var steps: String
  var settings: String?

  func write(to directory: FilePath) throws {
    try directory.appending("pipeline.yaml").write(
      """
      pipeline:
        identifier: kinds
        name: kinds
        stages:
          - stage:
              identifier: only
              name: only
              type: CI
              spec:
      \(Self.indent(stage, by: 10))
                execution:
                  steps:
      \(Self.indent(steps, by: 14))

      """)
    if let settings { try directory.appending("slipway.yaml").write(settings) }
  }

  static func run(_ steps: String, in directory: FilePath, settings: String? = nil) async throws -> Ran {
    try await StagePipeline(steps: steps, settings: settings).run(in: directory)
  }

  func run(in directory: FilePath, _ arguments: String...) async throws -> Ran {
    try await run(in: directory, arguments)
  }

  func run(in directory: FilePath, _ arguments: [String]) async throws -> Ran {
    try write(to: directory)
    let slipway = SlipwayProgram(in: directory)
    let outcome = try await slipway.run(
      [SlipwayProgram.path.string, "run", directory.appending("pipeline.yaml").string] + arguments
        + ["--state", slipway.state.string])
    return Ran(outcome: outcome, slipway: slipway)
  }

  /// `busybox` as an image, made of this machine's own program without a network.
  static let busybox = """
    images:
      busybox: { dockerfile: "\(Repository.root)/Pipelines/build-scan-push/images/busybox/Dockerfile", context: /bin }

    """

  private static func indent(_ text: String, by count: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
