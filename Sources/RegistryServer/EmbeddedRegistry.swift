import Glibc
import Hummingbird
import Logging
import NIOCore

/// The registry that a run pushes to while nothing may leave the machine: the OCI distribution protocol over plain HTTP.
package struct EmbeddedRegistry: Sendable {
  package let store: RegistryStore
  private let host: String
  private let log: @Sendable (String) -> Void

  /// - Parameters:
  ///   - host: The address to listen on. Whoever reaches it may read and write everything, so that other addresses than the
  ///     loopback's are for trusted networks only.
  ///   - log: Takes one line for each request: method, path, status.
  package init(store: RegistryStore, host: String = "127.0.0.1", log: @escaping @Sendable (String) -> Void) {
    self.store = store
    self.host = host
    self.log = log
  }

  /// Serves until the task is cancelled, and then returns. Signals are the caller's.
  ///
  /// - Parameters:
  ///   - port: 0 takes any that is free.
  ///   - onListening: Called once, with the port, when clients may connect.
  /// - Throws: ``RegistryServerError`` with `.addressInUse` or `.addressNotAvailable`.
  package func run(port: Int, onListening: @escaping @Sendable (Int) async -> Void) async throws {
    let application = Application(
      responder: RegistryResponder(store: store, log: log),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        guard let bound = channel.localAddress?.port else {
          preconditionFailure("a server that listens on an IP address has a port")
        }
        await onListening(bound)
      },
      // Hummingbird tells of its own start and of broken connections; the requests are logged by the responder.
      logger: Logger(label: "registry") { _ in SwiftLogNoOpLogHandler() })
    do {
      try await application.run()
    } catch is CancellationError {
      return
    } catch let error as IOError {
      throw explained(error, port: port)
    }
  }

  private func explained(_ error: IOError, port: Int) -> RegistryServerError {
    if error.errnoCode == EADDRINUSE {
      return RegistryServerError(
        .addressInUse, "port \(port) of \(host) is taken by another program; choose another, or 0 for any", cause: error
      )
    }
    return RegistryServerError(.addressNotAvailable, "cannot listen on \(host):\(port): \(error)", cause: error)
  }
}
