import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI
import RegistryClient
import Synchronization
import SystemPackage
import Testing

struct AuthenticationTests {
  private static let password = "correct horse"
  private static let basic = "Basic " + Data("user:\(password)".utf8).base64EncodedString()
  private static let credential = RegistryCredential.password(user: "user", password: password)

  /// A registry that wants the newest token, and its token service on the same port.
  private func tokenServer(revokeAfter limit: Int = .max, scope: String = "", basic: String = Self.basic) throws
    -> Server
  {
    let issued = Counter()
    let uses = Counter()
    return try Server { request in
      let authority = request.head.authority ?? ""
      if request.head.path?.hasPrefix("/token") == true {
        if request.head.headerFields[.authorization] != basic { return .text(.unauthorized) }
        return .text(.ok, #"{"token":"token-\#(issued.next() + 1)","expires_in":60}"#)
      }
      let newest = "Bearer token-\(issued.count)"
      if issued.count > 0, request.head.headerFields[.authorization] == newest, uses.next() % limit != limit - 1 {
        return nil
      }
      let scope = scope.isEmpty ? "" : #",scope="\#(scope)""#
      return .text(
        .unauthorized, #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
        [.wwwAuthenticate: #"Bearer realm="http://\#(authority)/token",service="the registry"\#(scope)"#])
    }
  }

  @Test func `a token is got with the password and used for everything`() async throws {
    let server = try tokenServer()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      let digest = try await client.with(credentials: credentials) {
        try await client.push(image, with: $0, to: port)
      }
      #expect(digest == image.digest)
    }
    let tokens = server.seen.filter { $0.path == "/token" }
    #expect(tokens.map(\.target) == ["/token?service=the%20registry&scope=repository%3Aapp%3Apull%2Cpush"])
    #expect(server.seen.allSatisfy { ($0.path == "/token") == ($0.headers[.authorization] == Self.basic) })
  }

  @Test func `a mount's token may pull from the source, and what the registry wants is merged`() async throws {
    let server = try tokenServer(scope: "repository:app:delete")
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      try await client.with(credentials: credentials) {
        _ = try await client.push(image, with: $0, to: port, mountSource: "base")
      }
    }
    let token = server.seen.first { $0.path == "/token" }
    #expect(
      token?.target.hasSuffix(
        "&scope=repository%3Aapp%3Adelete%2Cpull%2Cpush&scope=repository%3Abase%3Apull") == true)
  }

  @Test func `a token that ran out is renewed in the middle of a push`() async throws {
    let server = try tokenServer(revokeAfter: 4)
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      let digest = try await client.with(credentials: credentials) {
        try await client.push(image, with: $0, to: port)
      }
      #expect(digest == image.digest)
    }
    #expect(server.count(.get) { $0.hasPrefix("/token") } > 1)
  }

  @Test func `a wrong password is an error without it`() async throws {
    let server = try tokenServer()
    let client = try Client()
    try await server.run { port in
      let credentials = GivenCredentials([
        "127.0.0.1:\(port)": .password(user: "user", password: "wrong secret")
      ])
      await #expect {
        try await client.with(credentials: credentials) { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unauthenticated, "127.0.0.1:\(port)") && !"\($0)".contains("secret")
      }
    }
  }

  @Test func `a registry that never accepts its tokens is left`() async throws {
    let server = try tokenServer(revokeAfter: 1)
    let client = try Client()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      await #expect {
        try await client.with(credentials: credentials) { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unauthenticated, "authentication required")
      }
    }
    #expect(server.seen.count < 10)
  }

  @Test func `Basic is answered with the password`() async throws {
    let server = try Server { request in
      request.head.headerFields[.authorization] == Self.basic
        ? nil : .text(.unauthorized, "", [.wwwAuthenticate: #"Basic realm="registry""#])
    }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      let digest = try await client.with(credentials: credentials) {
        try await client.push(image, with: $0, to: port)
      }
      #expect(digest == image.digest)
      await #expect {
        try await client.with { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unauthenticated, "wants credentials")
      }
    }
  }

  @Test func `an identity token is exchanged`() async throws {
    let forms = Mutex<[String]>([])
    let server = try Server { request in
      if request.head.path == "/token" {
        let body = try await request.body.collect(upTo: 1 << 16)
        forms.withLock { $0.append(String(buffer: body)) }
        return .text(.ok, #"{"access_token":"short lived"}"#)
      }
      if request.head.headerFields[.authorization] == "Bearer short lived" { return nil }
      let realm = "http://\(request.head.authority ?? "")/token"
      return .text(.unauthorized, "", [.wwwAuthenticate: #"Bearer realm="\#(realm)",service="s""#])
    }
    let client = try Client()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": .identityToken("re/fresh")])
      let found = try await client.with(credentials: credentials) { try await client.pull(with: $0, from: port) }
      #expect(found == nil)
    }
    #expect(
      forms.withLock { $0 } == [
        "service=s&grant_type=refresh_token&client_id=slipway&refresh_token=re%2Ffresh&scope=repository%3Aapp%3Apull"
      ])
  }

  @Test func `secrets that the registry repeats are not shown`() async throws {
    let server = try Server { request in
      guard let authorization = request.head.headerFields[.authorization] else {
        return .text(.unauthorized, "", [.wwwAuthenticate: #"Basic realm="registry""#])
      }
      return .text(.forbidden, #"{"errors":[{"code":"DENIED","message":"no \#(authorization) \#(Self.password)"}]}"#)
    }
    let client = try Client()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      await #expect {
        try await client.with(credentials: credentials) { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .forbidden, "DENIED: no Basic *** ***")
      }
    }
  }

  @Test func `another server that a blob is redirected to does not learn who we are`() async throws {
    let content = Array("somewhere else".utf8)
    let elsewhere = try Server { _ in .text(.ok, String(decoding: content, as: UTF8.self)) }
    try await elsewhere.run { other in
      let server = try Server { request in
        guard request.head.headerFields[.authorization] == Self.basic else {
          return .text(.unauthorized, "", [.wwwAuthenticate: #"Basic realm="registry""#])
        }
        guard request.head.method == .get, request.head.path?.contains("/blobs/") == true else { return nil }
        return .text(.temporaryRedirect, "", [.location: "http://127.0.0.1:\(other)/blob?signature=secret"])
      }
      let sender = try Client()
      let receiver = try Client()
      let image = try sender.makeImage(configuration: content, layers: [])
      try await server.run { port in
        let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
        _ = try await sender.with(credentials: credentials) { try await sender.push(image, with: $0, to: port) }
        let found = try await receiver.with(credentials: credentials) {
          try await receiver.pull(with: $0, from: port)
        }
        #expect(found?.digest == image.digest)
      }
    }
    #expect(elsewhere.seen.map(\.target) == ["/blob?signature=secret"])
    #expect(elsewhere.seen.allSatisfy { $0.headers[.authorization] == nil })
  }

  @Test func `a redirect within the registry keeps the authorization`() async throws {
    let server = try Server { request in
      guard request.head.headerFields[.authorization] == Self.basic else {
        return .text(.unauthorized, "", [.wwwAuthenticate: #"Basic realm="registry""#])
      }
      guard request.head.path == "/v2/old/manifests/v1" else { return nil }
      return .text(.permanentRedirect, "", [.location: "/v2/new/manifests/v1"])
    }
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let credentials = GivenCredentials(["127.0.0.1:\(port)": Self.credential])
      try await client.with(credentials: credentials) { registry in
        _ = try await client.push(image, with: registry, to: port, repository: "new")
        let found = try await client.pull(with: registry, from: port, repository: "old")
        #expect(found?.digest == image.digest)
      }
    }
  }

  @Test func `redirects in a circle end`() async throws {
    let server = try Server { request in
      request.head.path == "/v2/" ? nil : .text(.temporaryRedirect, "", [.location: request.head.path ?? "/"])
    }
    let client = try Client()
    try await server.run { port in
      await #expect {
        try await client.with { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unexpectedResponse, "circle")
      }
    }
  }
}
