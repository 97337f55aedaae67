import DockerfileSyntax
import Engine
import Model
import OCI

extension StageBuilder {
  /// FROM: an earlier stage, `scratch`, or an image.
  func from(_ stage: BuildStage) async throws {
    try await build.log.step(stage.original)
    let expansion = WordExpansion(escape: build.dockerfile.directives.escape)
    let globals = build.globals.values
    let base = try GlobalVariables.expand(stage.base, expansion, globals, at: stage.span)
    guard !base.isEmpty else {
      throw ImageBuildError.mistake(
        .invalidImageReference, "FROM \(stage.base) names no image: its variables are empty", at: stage.span,
        help: "give the ARG above the first FROM a default, or give the build argument")
    }
    let platform = try platform(of: stage, expansion, globals)
    if let other = StagePlan.stage(base, before: index, in: build.dockerfile, allowsIndex: false) {
      state = try await build.stage(other).inherited()
    } else if base == "scratch" {
      state = StageState(empty: platform)
    } else {
      state = try await build.baseImages.image(base, platform: platform, at: stage.span, output: build.log.output)
    }
  }

  private func platform(
    of stage: BuildStage, _ expansion: WordExpansion, _ globals: [String: String]
  ) throws -> Platform {
    guard let word = stage.platform else { return build.request.platform }
    let text = try GlobalVariables.expand(word, expansion, globals, at: stage.span)
    do {
      return try Platform(parsing: text)
    } catch {
      throw ImageBuildError.mistake(
        .invalidPlatform, "\"\(text)\" is no platform", at: stage.span,
        help: "write --platform=linux/amd64, for example")
    }
  }
}
