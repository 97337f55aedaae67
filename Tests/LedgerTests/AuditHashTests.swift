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
      following: previous, sequence: 12, at: Timestamp(milliseconds: 1000), run: run, kind: "image.built",
      subject: "ü", payload: ["b": 1, "a": "x"])
    let bytes =
      "21:slipway.audit.event.1,2:12,4:1000,26:01ARZ3NDEKTSV4RRFFQ69G5FAV,11:image.built,2:ü,15:{\"a\":\"x\",\"b\":1},"
      + "71:\(previous),"
    #expect(event.hash == Digest(of: Array(bytes.utf8)))
    #expect(event.computedHash == event.hash)
    #expect(AuditHash.genesis == previous)
  }

  @Test func `moving a character from one field to the next changes the hash`() {
    func hash(_ kind: String, _ subject: String) -> Digest {
      AuditEvent(
        following: AuditHash.genesis, sequence: 1, at: Sample.start, run: nil, kind: kind, subject: subject,
        payload: .null
      ).hash
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("a", "1:b,") != hash("a1:b,", ""))
  }

  @Test func `an event that was changed has another hash than it says`() {
    let event = AuditEvent(
      following: AuditHash.genesis, sequence: 1, at: Sample.start, run: nil, kind: "a", subject: "b", payload: .null)
    let changed = AuditEvent(
      sequence: event.sequence, at: event.at, run: nil, kind: "a", subject: "c", payload: .null,
      previousHash: event.previousHash, hash: event.hash)
    #expect(changed.computedHash != changed.hash)
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
