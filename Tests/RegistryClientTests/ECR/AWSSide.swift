import Engine
import Model
import Synchronization

@testable import RegistryClient

/// Our side of a conversation with AWS: who we are, and a clock that the test sets.
struct AWSSide: Sendable {
  private final class State: Sendable {
    let now = Mutex<Int64>(1_795_518_024_000)
    let waits = Mutex<[Duration]>([])
  }

  static let registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
  static let credentials = AWSCredentials(
    accessKey: ConcealedText("AKIAEXAMPLE"), secretKey: ConcealedText("secret-key"),
    sessionToken: ConcealedText("session-token"))

  private let state = State()

  var waits: [Duration] { state.waits.withLock { $0 } }

  func advance(seconds: Int64) {
    state.now.withLock { $0 += seconds * 1000 }
  }

  var clock: EngineClock {
    let state = state
    return EngineClock(
      now: { Timestamp(milliseconds: state.now.withLock { $0 }) },
      sleep: { duration in state.waits.withLock { $0.append(duration) } })
  }

  /// A connection to what plays AWS on the loopback, closed after `body`.
  @discardableResult
  func with<Result>(
    port: Int, retry: RetryPolicy = RetryPolicy(), clock: EngineClock? = nil,
    _ body: (AWSConnection) async throws -> Result
  ) async throws -> Result {
    let connection = AWSConnection(
      environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)"], userAgent: "slipway/test", retry: retry,
      clock: clock ?? self.clock)
    let result: Result
    do {
      result = try await body(connection)
    } catch {
      try await connection.close()
      throw error
    }
    try await connection.close()
    return result
  }
}
