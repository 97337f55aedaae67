import Engine
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI
import RegistryClient
import SystemPackage
import Testing

struct FailureTests {
  @Test func `passing failures are repeated, and Retry-After is kept`() async throws {
    let failures = Counter()
    let server = try Server { request in
      guard request.head.method == .post else { return nil }
      return switch failures.next() {
      case 0: .text(.tooManyRequests, "", [.retryAfter: "7"])
      case 1: .text(.serviceUnavailable)
      case 2: .text(.badGateway, "", [.retryAfter: "86400"])
      default: nil
      }
    }
    let client = try Client()
    let image = try client.makeImage(layers: [])
    try await server.run { port in
      let digest = try await client.with { try await client.push(image, with: $0, to: port) }
      #expect(digest == image.digest)
    }
    #expect(client.waits == [.seconds(7), .seconds(1), .seconds(60)])
  }

  @Test func `an upload that breaks is begun again`() async throws {
    let failures = Counter()
    let server = try Server { request in
      guard request.head.method == .put, request.head.path?.contains("uploads") == true else { return nil }
      return failures.next() == 0 ? .text(.internalServerError) : nil
    }
    let client = try Client()
    let image = try client.makeImage(layers: [])
    try await server.run { port in
      let digest = try await client.with { try await client.push(image, with: $0, to: port) }
      #expect(digest == image.digest)
    }
    #expect(server.count(.post) == 2)
    #expect(client.waits.count == 1)
  }

  @Test func `repetitions end`() async throws {
    let server = try Server { _ in .text(.serviceUnavailable) }
    let client = try Client()
    try await server.run { port in
      await #expect {
        try await client.with(retry: RetryPolicy(limit: 2)) { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unreachable, "registry 127.0.0.1:\(port)", "503")
      }
    }
    #expect(server.seen.count == 3)
  }

  @Test func `a registry that is not there is unreachable after some patience`() async throws {
    let port = try await Server().run { $0 }
    let client = try Client()
    await #expect {
      try await client.with(retry: RetryPolicy(limit: 2)) { try await client.pull(with: $0, from: port) }
    } throws: {
      isTransferError($0, .unreachable, "registry 127.0.0.1:\(port)")
    }
    #expect(client.waits.count == 2)
  }

  @Test func `a download goes on where the connection broke`() async throws {
    let content = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
    let broken = Counter()
    let digest = Digest(of: content)
    let server = try Server { request in
      guard request.head.path?.hasSuffix("/blobs/\(digest)") == true, request.head.method == .get,
        broken.next() == 0
      else { return nil }
      // Announces everything, sends a part and gives up, which closes the connection.
      return Response(
        status: .ok, headers: [.contentLength: "100000"],
        body: ResponseBody(contentLength: 100_000) { writer in
          try await writer.write(ByteBuffer(bytes: content[..<40_000]))
          throw CancellationError()
        })
    }
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage(configuration: Array("{}".utf8), layers: [sender.blobs.put(content)])
    try await server.run { port in
      _ = try await sender.with { try await sender.push(image, with: $0, to: port) }
      let found = try await receiver.with { try await receiver.pull(with: $0, from: port) }
      #expect(found?.digest == image.digest)
    }
    try receiver.blobs.verify(digest)
    let attempts = server.seen.filter { $0.method == "GET" && $0.path.hasSuffix("/blobs/\(digest)") }
    #expect(attempts.count == 2)
    // How much of the first answer arrived is the network's business; with nothing of it there is no range.
    #expect(attempts.last?.headers[.range].map { $0.hasPrefix("bytes=") && $0.hasSuffix("-") } ?? true)
  }

  @Test(arguments: ["other bytes", "longer than it should be", "short"])
  func `a blob with other bytes is refused and not kept`(content: String) async throws {
    let server = try Server { request in
      request.head.method == .get && request.head.path?.contains("/blobs/") == true ? .text(.ok, content) : nil
    }
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage(configuration: Array("{}         ".utf8), layers: [])
    try await server.run { port in
      _ = try await sender.with { try await sender.push(image, with: $0, to: port) }
      await #expect {
        try await receiver.with { try await receiver.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .digestMismatch, "registry 127.0.0.1:\(port)")
      }
    }
    #expect(!receiver.blobs.contains(image.digest))
  }

  @Test func `a manifest with another digest than was asked for is refused`() async throws {
    let server = try Server { request in
      request.head.path?.contains("/manifests/") == true
        ? .text(.ok, "{}", [.contentType: MediaType.ociManifest.rawValue]) : nil
    }
    let client = try Client()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.pull(.digest(Digest(of: [1])), with: $0, from: port) }
      } throws: {
        isTransferError($0, .digestMismatch)
      }
    }
  }

  @Test func `a registry that serves another manifest than it took is found out`() async throws {
    let server = try Server { request in
      request.head.method == .get && request.head.path?.contains("/manifests/") == true
        ? .text(.ok, "{}", [.contentType: MediaType.ociManifest.rawValue]) : nil
    }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let digest = try await client.with { try await client.push(image, with: $0, to: port) }
      #expect(digest == Digest(of: Array("{}".utf8)))
    }
  }

  @Test func `a registry that says another digest than it serves is found out`() async throws {
    let lie = try #require(HTTPField.Name("Docker-Content-Digest"))
    let server = try Server { request in
      request.head.method == .put && request.head.path?.contains("/manifests/") == true
        ? .text(.created, "", [lie: Digest(of: [1]).description]) : nil
    }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.push(image, with: $0, to: port) }
      } throws: {
        isTransferError($0, .digestMismatch, Digest(of: [1]).description, image.digest.description)
      }
    }
  }

  @Test(arguments: [
    (HTTPResponse.Status.badRequest, "TAG_INVALID", ImageTransferError.Code.refused),
    (.badRequest, "DIGEST_INVALID", .digestMismatch),
    (.forbidden, "DENIED", .forbidden),
    (.notFound, "NAME_UNKNOWN", .notFound),
    (.contentTooLarge, "", .refused),
    (.notImplemented, "", .unexpectedResponse),
  ])
  func `a refusal tells what the registry says`(
    status: HTTPResponse.Status, registryCode: String, code: ImageTransferError.Code
  ) async throws {
    let body = #"{"errors":[{"code":"\#(registryCode)","message":"the tag is\u001b[31m immutable","detail":{"a":1}}]}"#
    let server = try Server { request in
      request.head.method == .put && request.head.path?.contains("/manifests/") == true ? .text(status, body) : nil
    }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.push(image, with: $0, to: port) }
      } throws: {
        isTransferError($0, code, "registry 127.0.0.1:\(port)", "app:v1", registryCode, "the tag is [31m immutable")
      }
    }
  }

  @Test func `a refusal without a body tells the status`() async throws {
    let server = try Server { $0.head.method == .head ? .text(.forbidden) : nil }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.push(image, with: $0, to: port) }
      } throws: {
        isTransferError($0, .forbidden, "registry 127.0.0.1:\(port)", "status 403 Forbidden")
      }
    }
  }

  @Test func `what is no registry is not taken for one`() async throws {
    let server = try Server { _ in .text(.notFound, "<html>") }
    let client = try Client()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .notFound, "does not answer as a registry")
      }
    }
  }

  @Test func `a manifest of more than 4 MiB is refused`() async throws {
    let server = try Server { request in
      request.head.path?.contains("/manifests/") == true
        ? .text(.ok, String(repeating: " ", count: (4 << 20) + 1)) : nil
    }
    let client = try Client()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unexpectedResponse, "4 MiB")
      }
    }
  }
}
