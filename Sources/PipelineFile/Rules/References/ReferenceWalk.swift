import Engine
import Model

/// Every text of a pipeline that holds expressions, with the step and the stage in which it stands.
struct ReferenceWalk {
  struct Found {
    let text: Text
    /// An index among the placed steps.
    let step: Int?
    let stage: Stage?
    let groups: [StepGroup]
    /// When the text is evaluated; nil where nobody can say.
    let position: PlacedStep.Position?
    /// Written without an outer `<+…>`.
    let isCondition: Bool
  }

  private let pipeline: Pipeline
  private let steps: [PlacedStep]
  private let stepsByOffset: [Int: Int]
  private let stages: [Stage]
  private let stagesByOffset: [Int: Int]
  private(set) var texts: [Found] = []

  init(_ pipeline: Pipeline, steps: [PlacedStep]) {
    self.pipeline = pipeline
    self.steps = steps
    stepsByOffset = Dictionary(steps.enumerated().map { ($0.element.step.span.start.offset, $0.offset) }) { first, _ in
      first
    }
    stages = pipeline.allStages
    stagesByOffset = Dictionary(stages.enumerated().map { ($0.element.span.start.offset, $0.offset) }) { first, _ in
      first
    }
  }

  mutating func visit() {
    visit(pipeline.source, key: "pipeline", stage: nil, step: nil)
  }

  private mutating func visit(_ node: Node, key: String, stage: Int?, step: Int?) {
    switch node {
    case .scalar(let scalar): add(scalar, key: key, stage: stage, step: step)
    case .sequence(let sequence):
      for element in sequence.elements { visit(element, key: key, stage: stage, step: step) }
    case .mapping(let mapping):
      var (stage, step) = (stage, step)
      if key == "stage", let found = stagesByOffset[mapping.span.start.offset], stages[found].span == mapping.span {
        stage = found
      } else if key == "step", let index = stepsByOffset[mapping.span.start.offset],
        steps[index].step.span == mapping.span
      {
        step = index
      }
      for entry in mapping.entries where !ExpressionCheck.isUnread(entry.key.text) {
        visit(entry.value, key: entry.key.text, stage: stage, step: step)
      }
    }
  }

  private mutating func add(_ scalar: Node.Scalar, key: String, stage: Int?, step: Int?) {
    let isCondition = key == "condition"
    let mayHoldExpressions = scalar.text.mentions("<+")
    guard mayHoldExpressions || isCondition else { return }
    // A stage's own condition and strategy are evaluated when it starts, and what else stands outside of steps with them.
    let place = step.map { steps[$0] }
    texts.append(
      Found(
        text: Text(scalar.text, at: scalar.span), step: step, stage: place?.stage ?? stage.map { stages[$0] },
        groups: place?.groups ?? [], position: place?.position, isCondition: isCondition && !mayHoldExpressions))
  }
}
