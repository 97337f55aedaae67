import Engine
import RegistryClient
import RegistryServer

/// The embedded registry of one run: started when it is first needed, ended with the run.
///
/// ``run()`` is a child task of the run; whoever wants to speak to the registry asks for ``endpoint()``.
actor RegistryHost {
  private let store: RegistryStore
  /// Set when the registry runs elsewhere, as the settings may say.
  private let external: RegistryEndpoint?
  private let demand = Latch()
  private var result: Result<RegistryEndpoint, any Error>?
  private let isDecided = Latch()

  init(store: RegistryStore, external: RegistryEndpoint?) {
    self.store = store
    self.external = external
  }

  /// Serves until the task is cancelled, once somebody has asked for the endpoint.
  func run() async {
    await demand.wait()
    guard !Task.isCancelled else { return }
    do {
      try await EmbeddedRegistry(store: store, log: { _ in }).run(port: 0) { [self] port in
        await decide(.success(RegistryEndpoint(registry: "127.0.0.1:\(port)")))
      }
    } catch {
      decide(.failure(error))
    }
  }

  func endpoint() async throws -> RegistryEndpoint {
    if let external { return external }
    demand.open()
    await isDecided.wait()
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  private func decide(_ result: Result<RegistryEndpoint, any Error>) {
    guard self.result == nil else { return }
    self.result = result
    isDecided.open()
  }
}
