import Model
import Testing

/// RFC 8785, JSON Canonicalization Scheme.
@Suite struct CanonicalJSONTests {
  /// Appendix B, and where ECMAScript changes from one form to the other. As texts, since the compiler refuses literals that a
  /// `Double` must round.
  static let numbers: [(String, String)] = [
    ("0.0", "0"), ("-0.0", "0"), ("5e-324", "5e-324"), ("-5e-324", "-5e-324"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"), ("-1.7976931348623157e308", "-1.7976931348623157e+308"),
    ("9007199254740992", "9007199254740992"), ("-9007199254740992", "-9007199254740992"),
    ("295147905179352830000", "295147905179352830000"), ("9.999999999999997e22", "9.999999999999997e+22"),
    ("1e23", "1e+23"), ("1.0000000000000001e23", "1.0000000000000001e+23"),
    ("999999999999999700000", "999999999999999700000"), ("999999999999999900000", "999999999999999900000"),
    ("1e21", "1e+21"), ("1e20", "100000000000000000000"), ("9.999999999999997e-7", "9.999999999999997e-7"),
    ("0.000001", "0.000001"), ("0.00001", "0.00001"), ("0.00012", "0.00012"), ("1e-7", "1e-7"),
    ("1.25e-9", "1.25e-9"), ("333333333.3333332", "333333333.3333332"), ("333333333.33333325", "333333333.33333325"),
    ("333333333.33333343", "333333333.33333343"), ("-0.0000033333333333333333", "-0.0000033333333333333333"),
    ("1424953923781206.2", "1424953923781206.2"), ("0.5", "0.5"), ("7", "7"), ("100", "100"),
    ("123456.789", "123456.789"),
  ]

  @Test(arguments: numbers)
  func `numbers are written as ECMAScript writes them`(_ source: String, _ text: String) throws {
    let number = try #require(Double(source))
    #expect(Value.double(number).canonicalJSON == text)
  }

  @Test func `a number reads back as itself`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      #expect(try #require(Double(Value.double(number).canonicalJSON)) == number)
    }
  }

  @Test func `what JSON has no number for becomes null`() {
    for number in [Double.nan, .infinity, -.infinity] { #expect(Value.double(number).canonicalJSON == "null") }
  }

  @Test func `integers keep all their digits`() {
    #expect(Value.integer(.max).canonicalJSON == "9223372036854775807")
    #expect(Value.integer(.min).canonicalJSON == "-9223372036854775808")
  }

  @Test func `only what must be is escaped, in the shortest way`() {
    let text = "\u{20ac}$\u{0f}\nA'\"\\/\u{08}\t\u{0c}\r\u{00}\u{7f}😀"
    #expect(
      Value.string(text).canonicalJSON == "\"\u{20ac}$\\u000f\\nA'\\\"\\\\/\\b\\t\\f\\r\\u0000\u{7f}😀\"")
  }
}

@Suite struct ConcealedTextTests {
  @Test func `a secret prints as dots wherever it is printed`() {
    let secret = ConcealedText("hunter2")
    #expect("\(secret)" == "••••")
    #expect(String(reflecting: secret) == "••••")
    #expect(!String(describing: ["key": secret]).contains("hunter2"))
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("hunter2"))
    #expect(secret.revealed == "hunter2")
  }
}

@Suite struct IdentifierTests {
  @Test(arguments: ["a", "_", "A1_b", String(repeating: "x", count: 128)])
  func `letters, digits and underscores make an identifier`(_ text: String) throws {
    #expect(try Identifier(text).description == text)
  }

  @Test(arguments: [
    ("", Identifier.ParseError.empty), ("1a", .invalidCharacter("1a")), ("a-b", .invalidCharacter("a-b")),
    ("a.b", .invalidCharacter("a.b")), ("é", .invalidCharacter("é")), ("a\n", .invalidCharacter("a\n")),
    (String(repeating: "x", count: 129), .tooLong(String(repeating: "x", count: 129))),
  ])
  func `anything else is refused`(_ text: String, _ error: Identifier.ParseError) {
    #expect(throws: error) { try Identifier(text) }
  }
}
