package import Model

/// A step with everything that surrounds it, and with its place in the course of a run.
package struct PlacedStep: Sendable {
  /// From when to when something runs, in counts of steps. What stands side by side starts at the same count.
  package struct Interval: Hashable, Sendable {
    package let start: Int
    package let end: Int

    /// Whether this has ended in every run before the other one starts.
    package func isBefore(_ other: Interval) -> Bool { end <= other.start }
  }

  package let step: Step
  package let stage: Stage
  /// From the outermost to the innermost.
  package let groups: [StepGroup]
  package let interval: Interval
  package let stageInterval: Interval
  /// The stage's own, or that of the stage which it names with `useFromStage`.
  package let infrastructure: Infrastructure

  /// Every step of the stages that run here, in the file's order.
  package static func all(of pipeline: Pipeline) -> [PlacedStep] {
    var walk = Walk(pipeline)
    walk.stages()
    return walk.steps
  }
}

/// One walk over a pipeline: its cost is linear in the number of steps.
private struct Walk {
  private let pipeline: Pipeline
  private let infrastructures: [Identifier: Infrastructure]
  private(set) var steps: [PlacedStep] = []

  init(_ pipeline: Pipeline) {
    self.pipeline = pipeline
    infrastructures = Dictionary(pipeline.allStages.map { ($0.identifier, $0.infrastructure) }) { first, _ in first }
  }

  mutating func stages() {
    var clock = 0
    for element in pipeline.stages {
      switch element {
      case .stage(let stage): clock = add(stage, at: clock)
      case .parallel(let stages):
        var end = clock
        for stage in stages { end = max(end, add(stage, at: clock)) }
        clock = end
      }
    }
  }

  private mutating func add(_ stage: Stage, at start: Int) -> Int {
    var places = [(step: Step, groups: [StepGroup], interval: PlacedStep.Interval)]()
    let end = Swift.max(start + 1, Self.walk(stage.steps, in: [], from: start, into: &places))
    let interval = PlacedStep.Interval(start: start, end: end)
    var infrastructure = stage.infrastructure
    if case .sameAs(let other) = infrastructure { infrastructure = infrastructures[other] ?? .unspecified }
    steps += places.map { place in
      PlacedStep(
        step: place.step, stage: stage, groups: place.groups, interval: place.interval, stageInterval: interval,
        infrastructure: infrastructure)
    }
    return end
  }

  private static func walk(
    _ elements: [ExecutionElement], in groups: [StepGroup], from start: Int,
    into places: inout [(step: Step, groups: [StepGroup], interval: PlacedStep.Interval)]
  ) -> Int {
    var clock = start
    for element in elements {
      switch element {
      case .step(let step):
        places.append((step, groups, PlacedStep.Interval(start: clock, end: clock + 1)))
        clock += 1
      case .group(let group): clock = walk(group.steps, in: groups + [group], from: clock, into: &places)
      case .parallel(let siblings):
        var end = clock
        for sibling in siblings { end = Swift.max(end, walk([sibling], in: groups, from: clock, into: &places)) }
        clock = end
      }
    }
    return clock
  }
}
