import Model
import Testing

struct DigestTests {
  static let hex = String(repeating: "0a", count: 32)

  @Test func `a digest is its algorithm and 64 digits`() throws {
    let digest = try Digest("sha256:" + Self.hex)
    #expect(digest.hex == Self.hex)
    #expect(digest.description == "sha256:" + Self.hex)
    #expect(digest.short == "0a0a0a0a0a0a")
  }

  @Test func `a digest without an algorithm is refused`() {
    #expect(throws: Digest.ParseError.notSHA256(Self.hex)) { try Digest(Self.hex) }
  }

  @Test(arguments: ["0A", "0g", "é"])
  func `a digest with other digits is refused`(_ pair: String) {
    #expect(throws: (any Error).self) { try Digest("sha256:" + pair + Self.hex.dropFirst(2)) }
  }

  @Test func `a digest of another length is refused`() {
    #expect(throws: Digest.ParseError.wrongLength("0a")) { try Digest("sha256:0a") }
  }

  @Test func `the bytes of a hash become its digits`() throws {
    #expect(Digest(sha256: [UInt8](repeating: 0x0A, count: 32)) == (try Digest("sha256:" + Self.hex)))
  }
}
