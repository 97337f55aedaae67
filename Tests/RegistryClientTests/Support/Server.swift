import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OCI
import Synchronization
import SystemPackage

@testable import RegistryServer

/// A registry on the loopback that a test can make misbehave.
struct Server: Sendable {
  /// What a request looked like.
  struct Seen: Sendable {
    var method: String
    var target: String
    var headers: HTTPFields

    var path: String { String(target.prefix { $0 != "?" }) }
    var line: String { "\(method) \(target)" }
  }

  let directory: TemporaryDirectory
  let store: RegistryStore
  private let requests = Requests()
  private let intercept: @Sendable (Request) async throws -> Response?

  /// - Parameter intercept: Answers in place of the registry; nil lets the registry answer.
  init(intercept: @escaping @Sendable (Request) async throws -> Response? = { _ in nil }) throws {
    directory = try TemporaryDirectory()
    store = RegistryStore(
      directory: directory.path.appending("registry"), blobs: BlobStore(root: directory.path.appending("blobs")))
    self.intercept = intercept
  }

  var seen: [Seen] { requests.all.withLock { $0 } }

  func count(_ method: HTTPRequest.Method, where matches: (String) -> Bool = { _ in true }) -> Int {
    seen.count { $0.method == method.rawValue && matches($0.target) }
  }

  /// Serves while `body` runs.
  @discardableResult
  func run<Result: Sendable>(_ body: (Int) async throws -> Result) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { [self] request, _ in try await answer(request) },
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "server") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { continuation.finish() }
        do { try await application.run() } catch is CancellationError {}
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

  private func answer(_ request: Request) async throws -> Response {
    requests.all.withLock { seen in
      seen.append(
        Seen(
          method: request.head.method.rawValue, target: request.head.path ?? "", headers: request.head.headerFields))
    }
    if let response = try await intercept(request) { return response }
    return try await RegistryResponder(store: store, log: { _ in }).respond(to: request)
  }

  private final class Requests: Sendable {
    let all = Mutex<[Seen]>([])
  }
}

extension Response {
  static func text(_ status: HTTPResponse.Status, _ text: String = "", _ headers: HTTPFields = [:]) -> Response {
    Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// Counts, so that the first few requests of a kind can be treated differently.
final class Counter: Sendable {
  private let value = Mutex(0)

  /// - Returns: how many calls there were before this one.
  func next() -> Int {
    value.withLock { count in
      defer { count += 1 }
      return count
    }
  }

  var count: Int { value.withLock { $0 } }
}
