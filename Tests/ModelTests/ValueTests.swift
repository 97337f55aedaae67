import Model
import Testing

struct ValueTests {
  static let canonical: [(Value, String)] = [
    (.null, "null"), (true, "true"), (42, "42"), ("a\"b\\c\n\u{01}é", "\"a\\\"b\\\\c\\n\\u0001é\""),
    (.double(1.5), "1.5"), (.double(1), "1"), (.double(1e21), "1e+21"), (.double(1e-7), "1e-7"),
    ([1, "x", .null], "[1,\"x\",null]"),
    (["b": 1, "a": ["d": true, "c": .null]], "{\"a\":{\"c\":null,\"d\":true},\"b\":1}"),
  ]

  @Test(arguments: canonical)
  func `a value has one canonical text`(_ value: Value, _ text: String) {
    #expect(value.canonicalJSON == text)
  }

  @Test func `keys are sorted by their UTF-16 code units`() {
    // RFC 8785 §3.2.3: the emoji's first surrogate comes before U+FB33.
    #expect(Value.map(["\u{FB33}": 1, "\u{1F600}": 2]).canonicalJSON == "{\"\u{1F600}\":2,\"\u{FB33}\":1}")
  }

  @Test(arguments: [
    ("imagename", "imageName"), ("image_name", "imageName"), ("tagz", "tags"), ("conectorRef", "connectorRef"),
  ])
  func `a slip of the fingers finds the name that was meant`(_ slip: String, _ meant: String) {
    #expect(Spelling.nearest(to: slip, among: ["imageName", "tags", "connectorRef", "region"]) == meant)
  }

  @Test func `a word that is like nothing is left alone`() {
    #expect(Spelling.nearest(to: "zebra", among: ["imageName", "tags"]) == nil)
  }

  @Test func `children roll up in the engine's order`() {
    #expect(Status.rollUp([]) == .succeeded)
    #expect(Status.rollUp([.succeeded, .skipped]) == .succeeded)
    #expect(Status.rollUp([.succeeded, .ignoreFailed]) == .ignoreFailed)
    #expect(Status.rollUp([.failed, .aborted, .succeeded]) == .aborted)
    #expect(Status.rollUp([.expired, .failed]) == .failed)
  }
}
