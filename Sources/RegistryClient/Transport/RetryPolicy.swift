/// How often and how patiently a request is repeated that failed for a reason that may pass.
package struct RetryPolicy: Sendable {
  /// How many times after the first.
  package var limit: Int
  /// Before the first repetition; it doubles each time.
  package var firstDelay: Duration
  /// No wait is longer, whatever the registry asks for.
  package var longestDelay: Duration

  package init(limit: Int = 5, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(60)) {
    self.limit = limit
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
  }

  /// - Parameters:
  ///   - attempt: 0 before the first repetition.
  ///   - retryAfter: The header of that name. A date is not followed: it would need the registry's clock.
  func delay(attempt: Int, retryAfter: String?) -> Duration {
    if let seconds = retryAfter.flatMap({ Int($0) }), seconds >= 0 {
      return min(.seconds(min(seconds, 86_400)), longestDelay)
    }
    return min(firstDelay * (1 << min(attempt, 16)), longestDelay)
  }
}
