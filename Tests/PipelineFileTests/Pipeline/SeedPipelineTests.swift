import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

/// The build-only, scan, push-only pipeline of Harness's own documentation, field by field.
@Suite(.enabled(if: SharedData.isPresent, "the page is in ../shared, which is absent here"))
struct SeedPipelineTests {
  @Test func `the pipeline's own fields`() throws {
    let pipeline = try pipeline()
    #expect(pipeline.identifier.description == "build_scan_push")
    #expect(pipeline.name == "build_scan_push")
    #expect(pipeline.organization == "ORG_ID")
    #expect(pipeline.project == "PROJECT_ID")
    #expect(pipeline.summary == nil)
    #expect(pipeline.tags == [:])
    #expect(pipeline.variables == [])
    #expect(pipeline.codebase == nil)
    #expect(pipeline.timeout == nil)
    #expect(pipeline.allowsStageExecutions == nil)
    #expect(pipeline.source["identifier"]?.value == "build_scan_push")
  }

  @Test func `the stage`() throws {
    let stages = try pipeline().allStages
    let stage = try #require(stages.first)
    #expect(stages.count == 1)
    #expect(stage.identifier.description == "build_scan_push")
    #expect(stage.name == "build_scan_push")
    #expect(stage.kind == .ci)
    #expect(stage.clonesCodebase == true)
    #expect(stage.infrastructure == .kubernetes)
    #expect(stage.sharedPaths == [])
    #expect(stage.when == nil)
    #expect(stage.failureStrategies == [])
    #expect(stage.strategy == nil)
    #expect(stage.timeout == nil)
    #expect(stage.span.start.line == 8)
    #expect(stage.source["type"]?.value == "CI")
  }

  @Test func `the build step`() throws {
    let step = try step(0)
    #expect(step.identifier.description == "BuildOnly")
    #expect(step.name == "Build Docker Image")
    #expect(step.type == "BuildAndPushECR")
    #expect(step.span.start.line == 16)
    #expect(step.source?["region"]?.value == "REGION")
    #expect(step.when == nil)
    #expect(step.failureStrategies == [])
    #expect(step.strategy == nil)
    #expect(step.timeout == nil)
    guard case .buildAndPush(let spec) = step.spec else {
      Issue.record("\(step.spec)")
      return
    }
    guard case .ecr(let account, let region, let imageName) = spec.target else {
      Issue.record("\(spec.target)")
      return
    }
    #expect([account.raw, region.raw, imageName.raw] == ["AWS_ACCOUNT_ID", "REGION", "test-image"])
    let place = try #require(account.span)
    #expect((place.start.line, place.start.column) == (22, 30))
    #expect(
      String(decoding: try source().bytes[place.start.offset..<place.end.offset], as: UTF8.self) == "AWS_ACCOUNT_ID")
    #expect(spec.connector?.raw == "AWS_CONNECTOR")
    #expect(spec.tags.map(\.raw) == ["new-<+pipeline.sequenceId>"])
    #expect(spec.tags.map(\.hasExpressions) == [true])
    #expect(spec.environment.map(\.name) == ["PLUGIN_NO_PUSH", "PLUGIN_TAR_PATH"])
    #expect(spec.environment.map(\.value.raw) == ["true", "image.tar"])
    #expect(spec.dockerfile == nil)
    #expect(spec.context == nil)
    #expect(spec.buildStage == nil)
    #expect(spec.buildArguments == [])
    #expect(spec.labels == [])
    #expect(spec.baseImageConnectors == [])
    #expect(spec.usesLayerCaching == nil)
  }

  @Test func `the scan step`() throws {
    let step = try step(1)
    #expect(step.identifier.description == "AquaTrivy_1")
    #expect(step.name == "Scan with Aqua Trivy")
    #expect(step.type == "AquaTrivy")
    guard case .scan(let spec) = step.spec else {
      Issue.record("\(step.spec)")
      return
    }
    #expect(spec.scanner == "AquaTrivy")
    #expect(spec.mode == .orchestration)
    #expect(spec.targetKind == .container)
    #expect(spec.targetName?.raw == "test-image")
    #expect(spec.targetVariant?.raw == "new-<+pipeline.sequenceId>")
    #expect(spec.workspace?.raw == "/harness/image.tar")
    #expect(spec.imageType?.raw == "local_archive")
    #expect(spec.failOnSeverity == nil)
  }

  @Test func `the push step`() throws {
    let step = try step(2)
    #expect(step.identifier.description == "push_only")
    guard case .buildAndPush(let spec) = step.spec else {
      Issue.record("\(step.spec)")
      return
    }
    #expect(spec.environment.map(\.name) == ["PLUGIN_PUSH_ONLY", "PLUGIN_SOURCE_TAR_PATH"])
    #expect(spec.environment.map(\.value.raw) == ["true", "image.tar"])
  }

  private func pipeline() throws -> Pipeline {
    let (pipeline, diagnostics) = PipelineReader.read(try source())
    #expect(diagnostics == [])
    return try #require(pipeline)
  }

  /// The page's one YAML block that is a pipeline.
  private func source() throws -> SourceText {
    let page = try SourceText(reading: try #require(SharedData.directory).appending("spec/build-only-push-only.md"))
    let lines = String(decoding: page.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "```YAML"))
    let block = lines[(start + 1)...].prefix { $0 != "```" }
    return SourceText(file: "seed.yaml", text: block.joined(separator: "\n"))
  }

  private func step(_ index: Int) throws -> Step {
    let elements = try #require(try pipeline().allStages.first).steps
    #expect(elements.count == 3)
    guard case .step(let step) = elements[index] else { throw NotAStep() }
    return step
  }

  private struct NotAStep: Error {}
}
