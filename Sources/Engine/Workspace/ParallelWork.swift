import Dispatch
import Glibc
import Synchronization

/// Plain work on all processors at once, for what neither waits nor is asynchronous.
enum ParallelWork {
  static var workerCount: Int { max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Calls `body` once for each number below `count`, with whatever `makeState` gives each worker, and returns when all have ended.
  ///
  /// - Throws: the first error; what has not begun by then is not done.
  static func forEach<State>(
    _ count: Int, makeState: @Sendable () -> State, _ body: @Sendable (Int, inout State) throws -> Void
  ) throws {
    guard count > 1 else {
      if count == 1 {
        var state = makeState()
        try body(0, &state)
      }
      return
    }
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(workerCount, count)) { _ in
      var state = makeState()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        do {
          try body(index, &state)
        } catch {
          failure.withLock { $0 = $0 ?? error }
          next.store(count, ordering: .relaxed)
          return
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
