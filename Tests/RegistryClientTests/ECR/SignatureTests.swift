import Foundation
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@testable import RegistryClient

struct SignatureTests {
  /// One directory of the AWS common runtime's suite for Signature Version 4.
  struct Vector: CustomTestStringConvertible {
    private struct Context: Decodable {
      struct Credentials: Decodable {
        var access_key_id: String
        var secret_access_key: String
        var token: String?
      }

      var credentials: Credentials
      var normalize: Bool
      var omit_session_token: Bool?
      var region: String
      var service: String
      var sign_body: Bool
      var timestamp: String
    }

    let directory: FilePath

    static let all: [Vector] = {
      guard let directory = SharedData.directory?.appending("sigv4/v4") else { return [] }
      // A suite that is not there makes the list too short, which a test of its own finds.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
      return names.sorted().map { Vector(directory: directory.appending($0)) }
    }()

    var testDescription: String { directory.lastComponent?.string ?? "" }

    func text(_ file: String) throws -> String {
      try String(contentsOf: URL(filePath: directory.appending(file).string), encoding: .utf8)
    }

    func signature() throws -> (SignatureV4, Timestamp) {
      let context = try JSONDecoder().decode(Context.self, from: Data(text("context.json").utf8))
      var signature = SignatureV4(
        credentials: AWSCredentials(
          accessKey: ConcealedText(context.credentials.access_key_id),
          secretKey: ConcealedText(context.credentials.secret_access_key),
          sessionToken: context.credentials.token.map { ConcealedText($0) }),
        region: context.region, service: context.service)
      signature.normalizesPath = context.normalize
      signature.signsSessionToken = context.omit_session_token != true
      signature.namesBodyDigest = context.sign_body
      let date = try Date(context.timestamp, strategy: .iso8601)
      return (signature, Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1000))
    }

    /// Reads the request, in which a header's value may go on in lines that begin with a space.
    func request() throws -> SignatureV4.Request {
      let sides = try text("request.txt").split(separator: "\n\n", maxSplits: 1)
      var lines: [String] = []
      for line in sides[0].split(separator: "\n") {
        if line.hasPrefix(" ") { lines[lines.count - 1] += "\n" + line } else { lines.append(String(line)) }
      }
      let first = lines[0].split(separator: " ")
      let headers = lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return AWSHeader(String(parts[0]), String(parts[1]))
      }
      let body = sides.count == 2 ? Array(sides[1].utf8) : []
      return SignatureV4.Request(
        // The path of some has spaces.
        method: String(first[0]), target: first[1..<(first.count - 1)].joined(separator: " "), headers: headers,
        body: Digest(of: body))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the suite is in ../shared/sigv4"), arguments: Vector.all)
  func `requests are signed as AWS's own suite has it`(vector: Vector) throws {
    let (signature, time) = try vector.signature()
    let request = try vector.request()
    let canonical = signature.canonicalRequest(request, at: time)
    #expect(try canonical.text == vector.text("header-canonical-request.txt"))
    let text = signature.stringToSign(canonical, at: time)
    #expect(try text == vector.text("header-string-to-sign.txt"))
    #expect(try signature.signature(of: text, at: time) == vector.text("header-signature.txt"))

    let signed = try vector.text("header-signed-request.txt").split(separator: "\n")
    for header in signature.headers(for: request, at: time) {
      #expect(signed.contains { $0 == "\(header.name):\(header.value)" }, "\(header)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the suite is in ../shared/sigv4"))
  func `the suite is whole`() {
    #expect(Vector.all.count == 38)
  }

  private static let credentials = AWSCredentials(
    accessKey: ConcealedText("AKIDEXAMPLE"), secretKey: ConcealedText("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
  private static let time = Timestamp(milliseconds: 1_440_938_160_999)

  /// The example that AWS's reference works out step by step.
  @Test func `the example of the reference has its signature`() {
    let signature = SignatureV4(credentials: Self.credentials, region: "us-east-1", service: "iam")
    let request = SignatureV4.Request(
      method: "GET", target: "/?Action=ListUsers&Version=2010-05-08",
      headers: [
        AWSHeader("Host", "iam.amazonaws.com"),
        AWSHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
      ], body: Digest(of: []))
    #expect(
      signature.headers(for: request, at: Self.time) == [
        AWSHeader("X-Amz-Date", "20150830T123600Z"),
        AWSHeader(
          "Authorization",
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
      ])
  }

  @Test(arguments: [
    ("/a/b", "/a/b"), ("/a/./b/../c/", "/a/c/"), ("/a/..", "/"), ("/../..", "/"), ("/a/.", "/a/"), ("/", "/"),
    ("", "/"), ("//a//b", "/a/b"), ("/a%20b", "/a%2520b"), ("/a b+ä", "/a%20b%2B%C3%A4"),
  ])
  func `a path is cleaned and encoded once more`(path: String, canonical: String) {
    #expect(lines(path)[1] == canonical)
  }

  @Test(arguments: [
    ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a", "a="), ("a=b=c", "a=b%3Dc"),
    ("a=%7e%2f%zz%4", "a=~%2F%25zz%254"),
    ("a=x+y", "a=x%2By"), ("", ""), ("a=1&&b", "a=1&b="),
  ])
  func `a query is sorted, and encoded where it is not yet`(query: String, canonical: String) {
    #expect(lines("/?" + query)[2] == canonical)
  }

  private func lines(_ target: String) -> [Substring] {
    CanonicalRequest(method: "GET", target: target, headers: [], body: Digest(of: []), normalizesPath: true)
      .text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Cases 1, 2, 6 of RFC 4231.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `message authentication codes are those of the standard`(key: [UInt8], message: String, hex: String) {
    #expect(Digest(sha256: MessageAuthenticationCode.sha256(Array(message.utf8), key: key)).hex == hex)
  }
}
