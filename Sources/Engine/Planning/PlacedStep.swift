package import Model

/// A step with everything that surrounds it, and with its place in the course of a run.
package struct PlacedStep: Sendable {
  /// Where a step stands in every run: what is one after the other is in order, what is side by side is not.
  ///
  /// Two counts are enough for that: one goes through side-by-side steps from the first to the last, the other from the last to the
  /// first. One step is before another when it is so by both.
  package struct Position: Hashable, Sendable {
    package fileprivate(set) var forward: Int
    package fileprivate(set) var backward: Int

    /// Whether this step has ended in every run before the other one starts.
    package func isBefore(_ other: Position) -> Bool { forward < other.forward && backward < other.backward }
  }

  package let step: Step
  package let stage: Stage
  /// From the outermost to the innermost.
  package let groups: [StepGroup]
  package fileprivate(set) var position: Position
  /// The stage's own, or that of the stage which it names with `useFromStage`.
  package let infrastructure: Infrastructure

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
    infrastructures = Dictionary(pipeline.allStages.map { ($0.identifier, $0.infrastructure) }) { first, _ in first }
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
    add(stage.steps, of: stage, in: [], on: infrastructure)
  }

  private mutating func add(
    _ elements: [ExecutionElement], of stage: Stage, in groups: [StepGroup], on infrastructure: Infrastructure
  ) {
    for element in elements {
      switch element {
      case .step(let step):
        let position = PlacedStep.Position(forward: steps.count, backward: steps.count)
        steps.append(
          PlacedStep(step: step, stage: stage, groups: groups, position: position, infrastructure: infrastructure))
      case .group(let group): add(group.steps, of: stage, in: groups + [group], on: infrastructure)
      case .parallel(let siblings):
        together(siblings) { walk, sibling in walk.add([sibling], of: stage, in: groups, on: infrastructure) }
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
