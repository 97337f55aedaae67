import Model
import OCI
import Testing

struct DigestTests {
  /// FIPS 180-4 examples (NIST, "Secure Hash Standard" example values) and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `digests are those of the standard`(message: String, hex: String) throws {
    #expect(Digest(of: Array(message.utf8)) == (try Digest(hex: hex)))
  }

  @Test func `a million letters in uneven pieces have the standard's digest`() throws {
    var hasher = SHA256Hasher()
    var left = 1_000_000
    var size = 1
    while left > 0 {
      hasher.update([UInt8](repeating: UInt8(ascii: "a"), count: min(size, left)))
      left -= min(size, left)
      size = size * 3 % 7919
    }
    #expect(hasher.finalize().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `a file has the digest and size of its bytes`() throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
    try write(bytes, to: directory("file"))
    let found = try Digest.ofFile(at: directory("file"))
    #expect(found.digest == Digest(of: bytes))
    #expect(found.size == 700_000)
  }
}
