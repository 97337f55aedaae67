package import Model

/// The time, and waiting for it to pass: passed in, so that tests decide about both.
package struct EngineClock: Sendable {
  package let now: @Sendable () -> Timestamp
  /// Ends early, by throwing `CancellationError`, when the task is cancelled.
  package let sleep: @Sendable (Duration) async throws -> Void

  package init(
    now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }
}
