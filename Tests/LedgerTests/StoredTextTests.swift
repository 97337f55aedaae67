import Engine
import Model
import Testing

@testable import Ledger

@Suite struct StoredTextTests {
  @Test(arguments: [
    Value.null, true, 0, -7, "", "a\"b\\c/\u{8}\u{C}\n\r\t\u{1}ü😀", [], [1, [2, .null]], .map([:]), .double(0.5),
    .double(-1.25e-7), .double(1e300), ["k": ["n": .double(2.5)], "": "empty key", "ü": 1],
  ])
  func `canonical JSON is read back`(_ value: Value) throws {
    #expect(try Value(json: value.canonicalJSON) == value)
  }

  @Test(arguments: [
    (#"  { "a" : [ 1 , 2 ] } "#, ["a": [1, 2]] as Value), (#""\u00fc\ud83d\ude00\/""#, "ü😀/"), ("1e2", .double(100)),
    ("9223372036854775807", .integer(.max)),
  ])
  func `JSON that others wrote is read`(_ text: String, _ value: Value) throws {
    #expect(try Value(json: text) == value)
  }

  @Test(arguments: [
    "", " ", "{", "[1,", "[1 2]", "{1:2}", #"{"a"}"#, "tru", #""a"#, "\"\u{1}\"", #""\x""#, #""\ud800""#, #""\u12""#,
    "1 2",
    "--1", "nul", String(repeating: "[", count: 1000),
  ])
  func `malformed JSON is refused`(_ text: String) {
    #expect(throws: JSONTextError.self) { try Value(json: text) }
  }

  @Test func `a NUL in a text does not cut it off`() async throws {
    let directory = try TemporaryDirectory()
    let store = try SQLiteRunStore(at: directory.ledger)
    let run = try await store.begin(Sample.draft())
    try await store.append(
      Sample.entry(
        at: 1, "odd", subject: "a\0b", payload: ["text": "a\0b"],
        facts: [.node(Sample.node(.failed, message: "before\0after"))]),
      to: run.id)
    let event = try #require(try await store.events(of: run.id).last)
    #expect(event.subject == "a\u{FFFD}b")
    #expect(event.payload == ["text": "a\0b"])
    #expect(try await store.history(of: run.id).nodes.first?.message == "before\u{FFFD}after")
    #expect(try await store.audit.verify().isIntact)
  }
}
