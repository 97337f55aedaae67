import Expressions
import Model

/// Answers what the scheduler asks and no step has to run for: conditions, the instances of strategies, time limits.
struct SchedulerQuestions: Sendable {
  let plan: Plan
  let run: Run
  let state: RunState
  let surroundings: RunSurroundings
  let masker: Masker
  let clock: EngineClock
  let concurrency: StrategyConcurrency

  func scope(at path: StepPath) -> RunScope {
    RunScope(plan: plan, run: run, state: state, surroundings: surroundings, masker: masker, place: path)
  }

  func evaluator(at path: StepPath) -> StepEvaluator {
    StepEvaluator(scope: scope(at: path), clock: clock, masker: masker)
  }

  /// The answer to ``SchedulerAction/evaluate(_:condition:)``.
  func condition(_ condition: Text, at path: StepPath) -> SchedulerEvent { judged(condition, at: path).event }

  /// The same, with the names that the condition asks for and nothing has a value for.
  func judged(_ condition: Text, at path: StepPath) -> (event: SchedulerEvent, missing: [String]) {
    let scope = ObservedScope(scope(at: path))
    let evaluator = StepEvaluator(scope: scope, clock: clock, masker: masker)
    do {
      let holds = try evaluator.condition(condition)
      return (.conditionEvaluated(path, holds: holds, detail: detail(condition, holds, scope)), scope.missing)
    } catch {
      let place = condition.span.map { "\($0): " } ?? ""
      return (.conditionFailed(path, message: masker.mask("\(place)when: \(error)")), scope.missing)
    }
  }

  /// `when: condition <+a> == "x" is false (a = "y")`
  private func detail(_ condition: Text, _ holds: Bool, _ scope: ObservedScope) -> String {
    let values = scope.values.map { entry in
      // A long text, such as a whole file in an output, would drown the rest.
      let text = entry.value.canonicalJSON
      return "\(entry.name) = \(text.count > 80 ? String(text.prefix(80)) + "…" : text)"
    }
    let known = values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
    return masker.mask("when: condition \(condition.raw) is \(holds)\(known)")
  }

  /// The answer to ``SchedulerAction/expand(_:)``.
  func expansion(at path: StepPath) -> SchedulerEvent {
    guard let index = plan.index(of: path), let strategy = plan.nodes[index].strategy else {
      preconditionFailure("something without a strategy is to be expanded")
    }
    do {
      let expander = StrategyExpander(evaluator: evaluator(at: path), concurrency: concurrency)
      let expansion = try expander.expansion(of: strategy) { text, iteration in
        let scope = IterationScope(outer: scope(at: path), iteration: iteration)
        return try StepEvaluator(scope: scope, clock: clock, masker: masker).render(text)
      }
      return .expanded(path, expansion)
    } catch let failure as StepFailure {
      return .expansionFailed(path, message: masker.mask(failure.message))
    } catch {
      return .expansionFailed(path, message: masker.mask("strategy: \(error)"))
    }
  }

  /// - Throws: ``StepFailure``.
  func timeout(of path: StepPath) throws -> Seconds? {
    let written = path == .pipeline ? plan.pipeline.timeout : plan[path]?.timeout
    return try evaluator(at: path).seconds(written, field: "timeout")
  }

  /// Harness's documented limit for a step.
  static let defaultStepTimeout = Seconds(10 * 3600)
}

/// What `nodeName` sees: the values of an instance that is not in the plan yet.
private struct IterationScope: ExpressionScope {
  let outer: RunScope
  let iteration: StrategyIteration

  func value(of path: [String]) throws(ExpressionError) -> Value? {
    if let value = iteration.value(of: path) { return value }
    return try outer.value(of: path)
  }

  func names(in path: [String]) -> [String] { outer.names(in: path) }

  func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? {
    try outer.call(function, arguments)
  }

  func evaluatesText(at path: [String]) -> Bool { outer.evaluatesText(at: path) }
}
