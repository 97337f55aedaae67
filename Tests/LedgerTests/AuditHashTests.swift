import Model
import OCI
import Testing

@testable import Ledger

@Suite struct AuditHashTests {
  /// The fields as the documentation lists them, written out by hand.
  @Test func `the bytes of an event are those that are documented`() throws {
    let run = try ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    let previous = Digest(of: Array("slipway.audit.chain.1".utf8))
    let event = AuditEvent(
      sequence: 12, at: Timestamp(milliseconds: 1000), run: run, kind: "image.built", subject: "ü",
      payload: ["b": 1, "a": "x"], previousHash: previous, hash: previous)
    let bytes =
      "21:slipway.audit.event.1,2:12,4:1000,26:01ARZ3NDEKTSV4RRFFQ69G5FAV,11:image.built,2:ü,15:{\"a\":\"x\",\"b\":1},"
      + "71:\(previous),"
    #expect(event.computedHash == Digest(of: Array(bytes.utf8)))
    #expect(AuditHash.genesis == previous)
  }

  @Test func `moving a character from one field to the next changes the hash`() {
    func hash(_ kind: String, _ subject: String) -> Digest {
      AuditHash.hash(
        sequence: 1, at: Sample.start, run: nil, kind: kind, subject: subject, payload: "null",
        previous: AuditHash.genesis)
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("a", "1:b,") != hash("a1:b,", ""))
  }

  @Test(arguments: [0, 7, 10, -1, 1_234_567_890_123, .max, .min] as [Int64])
  func `a number is written in decimal`(_ number: Int64) {
    var (bytes, text) = (CanonicalBytes(), CanonicalBytes())
    bytes.append(number)
    text.append(String(number))
    #expect(bytes.bytes == text.bytes)
  }

  @Test func `a hash is read as it is written, and nothing else is`() throws {
    let digest = Digest(of: Array("x".utf8))
    func read(_ text: String) -> HashValue? {
      var text = text
      return text.withUTF8 { HashValue(text: UnsafeRawBufferPointer($0)) }
    }
    #expect(read(digest.description)?.digest == digest)
    #expect(read(digest.description) == HashValue(of: Array("x".utf8)))
    for other in [
      "", digest.hex, digest.description.uppercased(), digest.description + "0",
      "sha256:" + String(repeating: "g", count: 64),
    ] {
      #expect(read(other) == nil)
    }
  }

  @Test(arguments: ["5:sha256:\(String(repeating: "a", count: 64))"])
  func `a checkpoint is read as it is written`(_ text: String) throws {
    let head = try AuditHead(text)
    #expect(head.sequence == 5)
    #expect(head.description == text)
  }

  @Test(arguments: ["", "5", "5:", "x:sha256:aa", "0:sha256:\(String(repeating: "a", count: 64))", "5:md5:aa"])
  func `what is no checkpoint is refused`(_ text: String) {
    #expect(throws: AuditHead.ParseError.malformed(text)) { try AuditHead(text) }
  }
}
