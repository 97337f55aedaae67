package import Model
import Synchronization

/// What has happened so far in a run, as expressions see it. Written by the runner, read by the steps.
package final class RunState: Sendable {
  package struct NodeFacts: Sendable {
    package var status = Status.notStarted
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var attempts = 0
    /// Of the last attempt.
    package var exitCode: Int?
    package var outputs: [String: String] = [:]
    package var secretOutputs: Set<String> = []
    /// The images that the step's last attempt has pushed.
    package var pushes: [PushRecord] = []
  }

  package struct Facts: Sendable {
    package var nodes: [StepPath: NodeFacts] = [:]
    /// `currentStatus` of the pipeline and of stages that are under way.
    package var currentStatuses: [StepPath: Status] = [:]
    package var failedSteps: [StepPath] = []
    /// By stage: what steps have put into the environment of later ones.
    package var exports: [StepPath: [String: String]] = [:]
  }

  private let facts = Mutex(Facts())

  package init() {}

  package var snapshot: Facts { facts.withLock { $0 } }

  package var failedSteps: [StepPath] { facts.withLock { $0.failedSteps } }

  package func node(_ path: StepPath) -> NodeFacts { facts.withLock { $0.nodes[path] ?? NodeFacts() } }

  package func currentStatus(_ path: StepPath) -> Status {
    facts.withLock { $0.currentStatuses[path] ?? $0.nodes[path]?.status ?? .notStarted }
  }

  package func update(_ path: StepPath, _ change: (inout NodeFacts) -> Void) {
    facts.withLock { change(&$0.nodes[path, default: NodeFacts()]) }
  }

  package func setCurrentStatus(_ status: Status, of path: StepPath) {
    facts.withLock { $0.currentStatuses[path] = status }
  }

  package func export(_ variables: [String: String], in stage: StepPath) {
    facts.withLock { $0.exports[stage, default: [:]].merge(variables) { $1 } }
  }

  package func exports(in stage: StepPath) -> [String: String] {
    facts.withLock { $0.exports[stage] ?? [:] }
  }

  package func noteFailure(of path: StepPath) {
    facts.withLock { if !$0.failedSteps.contains(path) { $0.failedSteps.append(path) } }
  }
}

extension RunState {
  /// Takes note of a change that the scheduler has made.
  func take(_ status: Status, of path: StepPath, _ kind: RunNode.Kind, at now: Timestamp) {
    update(path) { node in
      node.status = status
      switch status {
      case .notStarted: (node.startedAt, node.finishedAt) = (nil, nil)
      case .running: (node.startedAt, node.finishedAt) = (now, nil)
      default: node.finishedAt = now
      }
    }
    if kind == .step, status.isFinal, !status.isPositive { noteFailure(of: path) }
  }

  /// What `currentStatus` says must be up to date before the next condition is looked at.
  func setCurrentStatuses(of stages: Set<StepPath>, from scheduler: Scheduler) {
    setCurrentStatus(scheduler.currentStatus(of: .pipeline), of: .pipeline)
    for path in stages { setCurrentStatus(scheduler.currentStatus(of: path), of: path) }
  }
}
