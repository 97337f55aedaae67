import Engine
import Model
import PipelineFile
import Testing

/// Every step type of the table is read with all of its fields, and comes to what the table says.
@Suite struct StepTypeTests {
  @Test func `there is a fixture for every step type`() {
    #expect(Set(StepTypeFixture.all.map(\.type)) == Set(StepType.all.map(\.name)))
    #expect(StepTypeFixture.all.count == StepType.all.count)
  }

  @Test(arguments: StepTypeFixture.all)
  func `a step with all of its fields is read without a word`(_ fixture: StepTypeFixture) throws {
    let (pipeline, diagnostics) = PipelineReader.read(SourceText(file: "pipeline.yaml", text: fixture.pipeline()))
    #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))\n\(fixture.pipeline())")
    let step = try Self.step(of: pipeline)
    #expect(step.type == fixture.type)
    #expect(step.when?.status == .all && step.failureStrategies.count == 1 && step.timeout?.raw == "1h 30m")
    if case .open = step.spec { Issue.record("the step was not read") }
  }

  @Test(arguments: StepTypeFixture.all)
  func `it runs here, or is refused with the table's reason`(_ fixture: StepTypeFixture) throws {
    let type = try #require(StepType.named(fixture.type))
    let read = PipelineReader.read(SourceText(file: "pipeline.yaml", text: fixture.pipeline()))
    let limitations = Plan(try #require(read.pipeline)).limitations()
    if let obstacle = type.obstacle {
      #expect(limitations.map(\.severity) == [.error])
      #expect(limitations.first?.message == "step 'the_step': steps of type \(type.name) cannot run on this machine")
      #expect(limitations.first?.notes == [obstacle])
    } else {
      #expect(limitations.isEmpty, "\(limitations.map(\.message))")
      // What is carried out is known field by field.
      if case .recognised = try Self.step(of: read.pipeline).spec { Issue.record("nothing of it was read") }
    }
  }

  @Test(arguments: StepTypeFixture.all.filter { !$0.required.isEmpty })
  func `a setting that is missing is named, with its step`(_ fixture: StepTypeFixture) {
    for keys in fixture.required {
      let text = fixture.pipeline(without: keys)
      let (pipeline, diagnostics) = PipelineReader.read(SourceText(file: "pipeline.yaml", text: text))
      #expect(pipeline == nil, "without \(keys) it is read all the same")
      let errors = diagnostics.filter { $0.severity == .error }.map(\.message)
      #expect(errors.first == "step 'the_step': '\(keys[0])' is missing", "without \(keys): \(errors)")
      // Output variables need a command as well.
      #expect(errors.count == 1 || keys[0] == "command", "without \(keys): \(errors)")
    }
  }

  /// What the type cannot do without is enough.
  @Test(arguments: StepTypeFixture.all)
  func `nothing else is asked for`(_ fixture: StepTypeFixture) {
    let needed = Set(fixture.required.compactMap(\.first))
    let others = fixture.fields.map(\.key).filter { !needed.contains($0) }
    let (pipeline, diagnostics) = PipelineReader.read(
      SourceText(file: "pipeline.yaml", text: fixture.pipeline(without: others)))
    #expect(pipeline != nil, "\(diagnostics.map(\.message))")
  }

  private static func step(of pipeline: Pipeline?) throws -> Step {
    guard case .step(let step)? = try #require(pipeline).allStages.first?.steps.first else {
      throw StepIsMissing()
    }
    return step
  }

  private struct StepIsMissing: Error {}
}
