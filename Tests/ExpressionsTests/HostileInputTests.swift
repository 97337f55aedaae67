import Expressions
import Model
import Testing

struct HostileInputTests {
  private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  static let fields: [(name: String, text: String, codes: [ExpressionError.Code])] = [
    ("10,000 nested expressions", repeated("<+", 10_000) + "a" + repeated(">", 10_000), [.tooDeep]),
    ("16 nested expressions", repeated("<+", 16) + "a" + repeated(">", 16), [.tooDeep]),
    ("a million opened", repeated("<+", 1_000_000), [.tooDeep]),
    ("one opened in a long text", "<+" + repeated("x", 1_000_000), [.unclosed]),
    ("10,000 parentheses", "<+" + repeated("(", 10_000) + "1" + repeated(")", 10_000) + ">", [.tooDeep]),
    ("open parentheses", "<+" + repeated("(", 10_000) + ">", [.tooDeep]),
    ("10,000 brackets", "<+" + repeated("[", 10_000) + repeated("]", 10_000) + ">", [.tooDeep]),
    ("10,000 braces", "<+" + repeated("{'a':", 10_000) + ">", [.tooDeep]),
    ("10,000 prefixes", "<+" + repeated("!", 10_000) + "true>", [.tooDeep]),
    ("10,000 minus signs", "<+" + repeated("- ", 10_000) + "1>", [.tooDeep]),
    ("10,000 words of negation", "<+" + repeated("not ", 10_000) + "true>", [.tooDeep]),
    ("10,000 conditionals", "<+" + repeated("true ? ", 10_000) + ">", [.tooDeep]),
    ("10,000 alternatives", "<+" + repeated("false ? 1 : ", 10_000) + "2>", [.tooDeep]),
    ("10,000 coalescing", "<+" + repeated("null ?? ", 10_000) + "1>", [.tooDeep]),
    ("10,000 calls", "<+" + repeated("f(", 10_000) + ">", [.tooDeep]),
    ("10,000 indices", "<+" + repeated("a[", 10_000) + ">", [.tooDeep]),
    ("an expression beyond any size", "<+" + repeated("a + ", 100_000) + "a>", [.tooLarge]),
    ("200,000 expressions", repeated("<+a>", 200_000), [.tooLarge]),
    ("a nested pattern", "<+<+f> =~ '\(repeated("(", 5_000))\(repeated(")", 5_000))'>", [.invalidRegularExpression]),
    ("a long pattern", "<+<+f> =~ '\(repeated("a?", 6_000))'>", [.invalidRegularExpression]),
    ("nested JSON", "<+json.object('\(repeated("[", 20_000))')>", [.invalidJSON]),
    ("a JSON path", "<+json.select('\(repeated("a.", 6_000))', '{}')>", [.wrongArguments]),
    ("a text that is repeated", "<+'xxxxxxxxxx'.repeat(1000000000)>", [.tooLarge]),
    ("a text that explodes", "<+'\(repeated("a", 10_000))'.replace('a', '\(repeated("b", 10_000))')>", [.tooLarge]),
    (
      "the same between the letters", "<+'\(repeated("a", 10_000))'.replace('', '\(repeated("b", 10_000))')>",
      [.tooLarge]
    ),
    ("a match that explodes", "<+'\(repeated("a", 10_000))'.replaceAll('a', '\(repeated("b", 10_000))')>", [.tooLarge]),
    ("open quotes", "<+'" + repeated("x", 100_000) + ">", [.syntax]),
    ("only dots", "<+" + repeated(".", 10_000) + ">", [.syntax]),
    ("only operators", "<+" + repeated("==", 10_000) + ">", [.syntax]),
    ("control characters", "<+\u{0}\u{1}>", [.syntax]),
    ("a backslash at the end", "<+\\>", [.unclosed]),
  ]

  @Test(.timeLimit(.minutes(10)), arguments: fields.indices)
  func `hostile input ends in an error`(index: Int) {
    let (name, text, codes) = Self.fields[index]
    let error = #expect(throws: ExpressionError.self, "\(name)") { try evaluator.render(text) }
    #expect(codes.contains { $0 == error?.code }, "\(name): \(error?.description.prefix(200) ?? "")")
    #expect((error?.description.utf8.count ?? 0) < 2_000, "\(name)")
  }

  @Test func `fifteen levels are allowed`() throws {
    #expect(try evaluator.render(Self.repeated("<+", 15) + "a" + Self.repeated(">", 15)) == "5")
  }

  @Test func `a long sum is no deep tree`() throws {
    #expect(try evaluator.value(of: "<+" + Self.repeated("1 + ", 20_000) + "1>") == 20_001)
    #expect(try evaluator.value(of: "<+" + Self.repeated("true && ", 20_000) + "false>") == false)
    #expect(try evaluator.value(of: "<+''" + Self.repeated(".concat('x')", 10_000) + ".length()>") == 10_000)
  }

  @Test func `variables that lead on and on end in an error`() throws {
    var names = [String: Value]()
    for level in 0..<100 { names["v\(level)"] = .string("<+v\(level + 1)>") }
    names["v100"] = "end"
    let error = #expect(throws: ExpressionError.self) { try evaluator(with: names).render("<+v0>") }
    #expect(error?.code == .tooDeep)
    #expect(try evaluator(with: names).render("<+v95>") == "end")
  }

  @Test(.timeLimit(.minutes(10))) func `variables that multiply end in an error`() {
    var names = [String: Value]()
    for level in 0..<7 { names["v\(level)"] = .string(Self.repeated("<+v\(level + 1)>", 20)) }
    names["v7"] = "x"
    let error = #expect(throws: ExpressionError.self) { try evaluator(with: names).render("<+v0>") }
    #expect(error?.code == .tooLarge)
  }

  @Test(.timeLimit(.minutes(10))) func `texts that multiply end in an error`() {
    var names = [String: Value]()
    for level in 0..<6 { names["v\(level)"] = .string(Self.repeated("<+v\(level + 1)>", 8)) }
    names["v6"] = .string(Self.repeated("x", 1_000_000))
    let error = #expect(throws: ExpressionError.self) { try evaluator(with: names).render("<+v0>") }
    #expect(error?.code == .tooLarge)
  }

  @Test func `nesting of every kind together stays within the stack`() {
    var text = "1"
    for _ in 0..<14 { text = "<+" + Self.repeated("(", 30) + text + Self.repeated(")", 30) + ">" }
    #expect(throws: Never.self) { try evaluator.render(text) }
    var deep = "1"
    for _ in 0..<14 { deep = "<+" + Self.repeated("!", 30) + deep + ">" }
    let error = #expect(throws: ExpressionError.self) { try evaluator.render(deep) }
    #expect(error?.code == .tooDeep)
  }

  @Test func `a long field without expressions is untouched`() throws {
    let text = Self.repeated("no expressions here < + > \n", 100_000)
    #expect(try evaluator.render(text) == text)
  }
}
