import Synchronization

/// What the Background steps of one stage have started: it runs beside the steps and is ended with the stage.
package final class StageServices: Sendable {
  private struct State {
    var names: [String] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let jobs: AsyncStream<@Sendable () async -> Void>
  private let continuation: AsyncStream<@Sendable () async -> Void>.Continuation

  package init() {
    (jobs, continuation) = AsyncStream.makeStream()
  }

  /// The names by which containers of the stage reach the services.
  package var names: [String] { state.withLock { $0.names } }

  /// Lets `work` run until it ends or the stage does: then it is cancelled.
  ///
  /// - Returns: false when the stage is over already.
  func start(named name: String, _ work: @escaping @Sendable () async -> Void) -> Bool {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.names.append(name) }
      return !state.isClosed
    }
    if isOpen { continuation.yield(work) }
    return isOpen
  }

  /// Runs what is started until ``close()``, or until the task is cancelled; then ends it all and returns.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      for await job in jobs { group.addTask { await job() } }
      group.cancelAll()
    }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    continuation.finish()
  }
}
