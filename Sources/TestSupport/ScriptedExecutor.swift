package import Engine
package import Model
import Synchronization

/// Carries out steps as a script says: one act for each attempt at a step, the last one for all that follow. What the script doesn't mention
/// succeeds.
package final class ScriptedExecutor: StepExecutor {
  package enum Act: Sendable {
    case result(StepResult)
    case error(any Error)
    /// Runs until it is cancelled.
    case hang
    case perform(@Sendable (StepExecution) async throws -> StepResult)

    package static let success = Act.result(StepResult(.succeeded))

    package static func failure(_ type: FailureType = .unknown, _ message: String = "it failed") -> Act {
      .result(.failure(type, message, exitCode: 1))
    }
  }

  private struct State {
    var executed: [String] = []
    var watchers: [(name: String, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let script: [String: [Act]]
  private let state = Mutex(State())

  /// - Parameter script: by the step's identifier.
  package init(_ script: [String: [Act]] = [:]) {
    self.script = script
  }

  /// `STEP#ATTEMPT` in the order in which they were begun.
  package var executed: [String] { state.withLock(\.executed) }

  /// Returns when the attempt has begun.
  package func waitFor(_ step: String, attempt: Int = 1) async {
    let name = "\(step)#\(attempt)"
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.executed.contains(name) { return true }
        state.watchers.append((name, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  package func handles(_ spec: StepSpec) -> Bool { true }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    let step = execution.step.identifier.description
    let name = "\(step)#\(execution.attempt)"
    let watchers = state.withLock { state in
      state.executed.append(name)
      defer { state.watchers.removeAll { $0.name == name } }
      return state.watchers.filter { $0.name == name }.map(\.continuation)
    }
    for watcher in watchers { watcher.resume() }
    let acts = script[step] ?? []
    let act = execution.attempt <= acts.count ? acts[execution.attempt - 1] : acts.last ?? .success
    switch act {
    case .result(let result): return result
    case .error(let error): throw error
    case .perform(let work): return try await work(execution)
    case .hang:
      await Latch().wait()
      throw CancellationError()
    }
  }
}
