import RegistryServer

/// Serves while `body` runs.
@discardableResult
func withRunning<Result: Sendable>(
  _ registry: EmbeddedRegistry, port: Int = 0, _ body: (Int) async throws -> Result
) async throws -> Result {
  let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { continuation.finish() }
      try await registry.run(port: port) { continuation.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else {
      try await group.waitForAll()
      throw CancellationError()
    }
    let result = try await body(port)
    group.cancelAll()
    try await group.waitForAll()
    return result
  }
}
