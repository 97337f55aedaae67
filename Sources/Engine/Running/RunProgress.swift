package import Model

/// What a run tells whoever watches it: the terminal, a file of JSON events.
package enum RunProgress: Sendable {
  case started(Run, Plan)
  /// A strategy has got its instances: these nodes are new.
  case expanded(StepPath, [Plan.Node])
  case changed(StepPath, Status, message: String?, at: Timestamp)
  /// The step's spec has been evaluated and its process is about to start.
  case attempt(StepPath, number: Int, at: Timestamp)
  /// Masked output of a step.
  case output(StepPath, ArraySlice<UInt8>)
  /// Something that the user should know, about one node or about the run as a whole.
  case notice(StepPath, String)
  case finished(RunConclusion, at: Timestamp)
}

extension RunProgress {
  /// The stage that the news is about, or lies in.
  var stage: StepPath? {
    switch self {
    case .changed(let path, _, _, _), .attempt(let path, _, _), .output(let path, _), .notice(let path, _):
      path.stage.map(StepPath.init(stage:))
    case .started, .expanded, .finished: nil
    }
  }
}

/// How a run ended.
package struct RunConclusion: Sendable {
  package let run: Run
  package let status: Status
  /// Set when an image was refused: the run's exit code is another then.
  package let breach: CustodyBreach?
  package let message: String?

  package init(run: Run, status: Status, breach: CustodyBreach?, message: String?) {
    self.run = run
    self.status = status
    self.breach = breach
    self.message = message
  }
}
