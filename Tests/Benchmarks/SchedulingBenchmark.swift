import Engine
import Model

/// A matrix of steps that are planned, scheduled and simulated, with nothing executed: how many events a second.
struct SchedulingBenchmark {
  let instances: Int
  let seconds: Double
  let events: Int

  var eventsPerSecond: Double { Double(events) / seconds }

  /// The median of several runs.
  init(instances: Int, runs: Int = 5) throws {
    self.instances = instances
    var measured = [(seconds: Double, events: Int)]()
    for _ in 0...runs {
      let start = ContinuousClock.now
      let events = try Self.play(instances)
      let elapsed = ContinuousClock.now - start
      measured.append((Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, events))
    }
    // The first one warms up.
    let sorted = measured.dropFirst().sorted { $0.seconds < $1.seconds }
    seconds = sorted[sorted.count / 2].seconds
    events = sorted[0].events
  }

  private static func play(_ instances: Int) throws -> Int {
    let nowhere = SourceSpan(file: "matrix.yaml", line: 1)
    let step = Step(
      identifier: try Identifier(String("unit")), name: "unit", type: "Run", spec: .run(RunStep(command: Text("true"))),
      strategy: Strategy(.parallelism(.literal(instances, at: nil)), span: nowhere), span: nowhere)
    let mapping = Model.Node.mapping(Model.Node.Mapping(entries: [], span: nowhere))
    let stage = Stage(
      identifier: try Identifier(String("test")), name: "test", kind: .ci, steps: [.step(step)], span: nowhere,
      source: mapping)
    let pipeline = Pipeline(
      identifier: try Identifier(String("matrix")), name: "matrix", stages: [.stage(stage)], source: mapping)
    var scheduler = Scheduler(Plan(pipeline))
    let values = (0..<instances).map { StrategyExpansion.Values(postfix: "_\($0)") }
    var pending: [SchedulerEvent] = [.started]
    var count = 0
    while count < pending.count {
      let event = pending[count]
      count += 1
      for action in scheduler.handle(event) {
        switch action {
        case .expand(let path): pending.append(.expanded(path, StrategyExpansion(values, concurrency: 8)))
        case .prepareStage(let path): pending.append(.stagePrepared(path))
        case .execute(let path, let attempt):
          pending.append(.stepFinished(path, attempt: attempt, StepResult(.succeeded)))
        case .closeStage(let path): pending.append(.stageClosed(path))
        case .evaluate, .delay, .intervene, .cancel, .changed, .finish: break
        }
      }
    }
    guard scheduler.isFinished else { throw BenchmarkError("the matrix did not come to its end") }
    return count
  }
}
