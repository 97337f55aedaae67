package import Engine
package import Model
import Synchronization

/// A clock whose time the test moves. Whoever sleeps wakes when the time has come, or when its task is cancelled.
package final class ManualClock: Sendable {
  private struct State {
    var now: Timestamp
    var count = 0
    var sleepers: [Int: (wakesAt: Timestamp, continuation: CheckedContinuation<Bool, Never>)] = [:]
    var watchers: [(isSeen: @Sendable ([Timestamp]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    var wakingTimes: [Timestamp] { sleepers.values.map(\.wakesAt) }
  }

  private let state: Mutex<State>

  package init(at now: Timestamp = Timestamp(milliseconds: 1_772_357_400_250)) {
    state = Mutex(State(now: now))
  }

  package var now: Timestamp { state.withLock(\.now) }

  /// The same clock in the form that the engine takes.
  package var engineClock: EngineClock {
    EngineClock(now: { self.now }, sleep: { try await self.sleep($0) })
  }

  /// Moves the time on and wakes everyone whose time has come.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = Self.moment(duration, after: state.now)
      let due = state.sleepers.filter { $0.value.wakesAt <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.sorted { $0.wakesAt < $1.wakesAt }
    }
    for sleeper in due { sleeper.continuation.resume(returning: true) }
  }

  /// Returns when at least so many sleep.
  package func waitForSleepers(_ count: Int) async {
    await wait { $0.count >= count }
  }

  /// Returns when somebody sleeps until that moment.
  package func waitForSleeper(until moment: Timestamp) async {
    await wait { $0.contains(moment) }
  }

  private func wait(_ isSeen: @escaping @Sendable ([Timestamp]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if isSeen(state.wakingTimes) { return true }
        state.watchers.append((isSeen, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func sleep(_ duration: Duration) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    let hasPassed = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (answer, watchers) = state.withLock { state -> (Bool?, [CheckedContinuation<Void, Never>]) in
          if Task.isCancelled { return (false, []) }
          let wakesAt = Self.moment(duration, after: state.now)
          if wakesAt <= state.now { return (true, []) }
          state.sleepers[number] = (wakesAt, continuation)
          let times = state.wakingTimes
          let watchers = state.watchers.filter { $0.isSeen(times) }.map(\.continuation)
          state.watchers.removeAll { $0.isSeen(times) }
          return (nil, watchers)
        }
        if let answer { continuation.resume(returning: answer) }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume(returning: false)
    }
    if !hasPassed { throw CancellationError() }
  }

  private static func moment(_ duration: Duration, after start: Timestamp) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(milliseconds: start.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
}
