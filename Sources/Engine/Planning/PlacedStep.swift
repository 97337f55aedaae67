package import Model

/// A step with everything that surrounds it, and with its place in the course of a run.
package struct PlacedStep: Sendable {
  /// Where a step stands in every run: what is one after the other is in order, what is side by side is not.
  ///
  /// Two counts are enough for that: one goes through side-by-side steps from the first to the last, the other from the last to the
  /// first. One step is before another when it is so by both.
  package struct Position: Hashable, Sendable {
    package let forward: Int
    package fileprivate(set) var backward: Int

    /// Whether this step has ended in every run before the other one starts.
    package func isBefore(_ other: Position) -> Bool { forward < other.forward && backward < other.backward }
  }

  package fileprivate(set) var position: Position
  private let content: Content

  package var step: Step {
    _read { yield content.step }
  }
  package var stage: Stage {
    _read { yield content.surroundings.stage }
  }
  /// From the outermost to the innermost.
  package var groups: [StepGroup] { content.groups }
  /// The stage's own, or that of the stage which it names with `useFromStage`.
  package var infrastructure: Infrastructure {
    _read { yield content.surroundings.infrastructure }
  }

  fileprivate init(_ content: Content, at position: Position) {
    self.content = content
    self.position = position
  }

  /// Steps and stages have dozens of fields: whoever keeps a placed step keeps references to them.
  fileprivate final class Content: Sendable {
    let step: Step
    let groups: [StepGroup]
    let surroundings: Surroundings

    init(step: Step, groups: [StepGroup], surroundings: Surroundings) {
      self.step = step
      self.groups = groups
      self.surroundings = surroundings
    }
  }

  fileprivate final class Surroundings: Sendable {
    let stage: Stage
    let infrastructure: Infrastructure

    init(stage: Stage, infrastructure: Infrastructure) {
      self.stage = stage
      self.infrastructure = infrastructure
    }
  }

  /// Every step of the stages that run here, in the file's order.
  package static func all(of pipeline: Pipeline) -> [PlacedStep] {
    var walk = Walk(pipeline)
    walk.stages()
    return walk.steps
  }
}

/// One walk over a pipeline: its cost is linear in the number of steps, times how deep blocks of parallel steps are nested.
private struct Walk {
  private let pipeline: Pipeline
  private let infrastructures: [Identifier: Infrastructure]
  private(set) var steps: [PlacedStep] = []

  init(_ pipeline: Pipeline) {
    self.pipeline = pipeline
    let infrastructures = pipeline.stages.flatMap { element in
      switch element {
      case .stage(let stage): [(stage.identifier, stage.infrastructure)]
      case .parallel(let stages): stages.map { ($0.identifier, $0.infrastructure) }
      }
    }
    self.infrastructures = Dictionary(infrastructures) { first, _ in first }
  }

  mutating func stages() {
    for element in pipeline.stages {
      switch element {
      case .stage(let stage): add(stage)
      case .parallel(let stages): together(stages) { walk, stage in walk.add(stage) }
      }
    }
  }

  private mutating func add(_ stage: Stage) {
    var infrastructure = stage.infrastructure
    if case .sameAs(let other) = infrastructure { infrastructure = infrastructures[other] ?? .unspecified }
    add(stage.steps, in: [], of: PlacedStep.Surroundings(stage: stage, infrastructure: infrastructure))
  }

  private mutating func add(
    _ elements: [ExecutionElement], in groups: [StepGroup], of surroundings: PlacedStep.Surroundings
  ) {
    for element in elements {
      switch element {
      case .step(let step):
        let position = PlacedStep.Position(forward: steps.count, backward: steps.count)
        let content = PlacedStep.Content(step: step, groups: groups, surroundings: surroundings)
        steps.append(PlacedStep(content, at: position))
      case .group(let group): add(group.steps, in: groups + [group], of: surroundings)
      case .parallel(let siblings):
        together(siblings) { walk, sibling in walk.add([sibling], in: groups, of: surroundings) }
      }
    }
  }

  /// Adds what runs side by side, and turns its order around in the count that goes backwards.
  private mutating func together<Element>(_ elements: [Element], _ add: (inout Walk, Element) -> Void) {
    let start = steps.count
    var ranges = [Range<Int>]()
    for element in elements {
      let first = steps.count
      add(&self, element)
      ranges.append(first..<steps.count)
    }
    let end = steps.count
    for range in ranges {
      let shift = start + (end - range.upperBound) - range.lowerBound
      for index in range { steps[index].position.backward += shift }
    }
  }
}
