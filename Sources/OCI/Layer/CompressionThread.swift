import Glibc

/// Runs a function over blocks of bytes on a thread of its own, in order, at most two blocks behind.
///
/// A thread and not a task, because the callers are synchronous and must not occupy two threads of the shared pool.
/// The class is unchecked because its state is guarded by `mutex`, which the compiler cannot see. The thread keeps the object alive:
/// whoever made it calls ``finish()`` or ``abandon()``.
final class CompressionThread: @unchecked Sendable {
  private struct State {
    var waiting: [[UInt8]] = []
    var isClosed = false
    var failure: (any Error)?
  }

  private static let capacity = 2

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var state = State()
  private var thread = pthread_t()
  private var isJoined = false
  private let work: ([UInt8]) throws -> Void

  /// `work` runs on the thread only, until ``finish()`` or ``abandon()`` returns.
  init(_ work: @escaping ([UInt8]) throws -> Void) throws(OCIError) {
    self.work = work
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    let result = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<CompressionThread>.fromOpaque(argument).takeUnretainedValue().loop() }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    guard result == 0 else {
      isJoined = true
      throw OCIError(.inputOutput, "cannot start a thread that compresses a layer (error \(result))")
    }
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Waits while two blocks are waiting already.
  /// - Throws: what `work` threw at an earlier block.
  func submit(_ block: [UInt8]) throws {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while state.waiting.count >= Self.capacity, state.failure == nil { pthread_cond_wait(changed, mutex) }
    if let failure = state.failure { throw failure }
    state.waiting.append(block)
    pthread_cond_broadcast(changed)
  }

  /// Waits until every block is done.
  func finish() throws {
    close()
    if let failure = state.failure { throw failure }
  }

  /// Ends the thread without doing the blocks that wait.
  func abandon() {
    pthread_mutex_lock(mutex)
    state.waiting = []
    pthread_mutex_unlock(mutex)
    close()
  }

  private func close() {
    guard !isJoined else { return }
    isJoined = true
    pthread_mutex_lock(mutex)
    state.isClosed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    pthread_join(thread, nil)
  }

  private func loop() {
    while let block = take() {
      do {
        try work(block)
      } catch {
        pthread_mutex_lock(mutex)
        state.failure = error
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
        return
      }
    }
  }

  private func take() -> [UInt8]? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while state.waiting.isEmpty, !state.isClosed { pthread_cond_wait(changed, mutex) }
    guard !state.waiting.isEmpty else { return nil }
    defer { pthread_cond_broadcast(changed) }
    return state.waiting.removeFirst()
  }
}
