import Synchronization

/// Asks a running helper to end everything, at most once, from whichever thread cancels.
final class StopSignal: Sendable {
  private enum State {
    case notStarted
    case running(@Sendable () -> Void)
    case stopped
  }

  private let state = Mutex(State.notStarted)

  /// From now on the process can be stopped by `send`; it is at once when that was asked for before.
  func arm(_ send: @escaping @Sendable () -> Void) {
    state.withLock { state in
      if case .stopped = state {
        send()
      } else {
        state = .running(send)
      }
    }
  }

  /// `send` is not called after this.
  func disarm() {
    state.withLock { $0 = .stopped }
  }

  func stop() {
    // Inside of the lock, so that `disarm` waits for it: afterwards the process number may be another's.
    state.withLock { state in
      if case .running(let send) = state { send() }
      state = .stopped
    }
  }
}
