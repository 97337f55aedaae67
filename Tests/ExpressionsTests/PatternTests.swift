import Expressions
import Model
import Testing

/// What Java's `Pattern` says about the same patterns and texts.
struct PatternTests {
  /// Pattern, text, whether it fits the whole text.
  static let whole: [(String, String, Bool)] = [
    ("", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false), ("a.c", "abc", true),
    ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true), ("a*", "aaa", true), ("a+", "", false), ("a?b", "b", true),
    ("a{2}", "aa", true), ("a{2}", "aaa", false), ("a{2,}", "aaaa", true), ("a{1,3}", "aaaa", false),
    ("(ab){2,3}", "ababab", true), ("a|b|c", "b", true), ("(a|ab)(c|bcd)", "abcd", true), ("[a-c]+", "abcabc", true),
    ("[^a-c]+", "xyz", true), ("[^a-c]", "b", false), ("[]a]", "]", true), ("[a-]", "-", true), ("[a\\-z]", "b", false),
    ("[a-z&&[^aeiou]]+", "xyz", true), ("[a-z&&[^aeiou]]", "e", false), ("[a[bc]]+", "abc", true),
    ("[\\w.]+", "a.b_1", true),
    ("\\d{4}-\\d{2}", "2024-02", true), ("\\d", "٣", false), ("\\w+", "é", false), ("\\S+", "a b", false),
    ("\\p{L}+", "é日", true), ("\\p{Lu}", "É", true), ("\\P{L}", "1", true), ("\\p{Alpha}+", "abc", true),
    ("\\p{IsAlphabetic}", "é", true), ("[\\p{Punct}]+", "!?", true), ("\\x41\\u0042\\x{43}", "ABC", true),
    ("\\Qa.b\\E", "a.b", true),
    ("\\Qa.b\\E", "axb", false), ("a\\.b", "a.b", true), ("\\t\\n", "\t\n", true), ("(?i)abc", "AbC", true),
    ("(?i)é", "É", false), ("(?iu)é", "É", true), ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false),
    ("a(?i)b", "aB", true),
    ("(?i)[a-c]+", "ABC", true), ("(?x) a b # comment\n c", "abc", true), ("(a)\\1", "aa", true),
    ("(a)\\1", "ab", false),
    ("(?<x>ab)\\k<x>", "abab", true), ("(?i)(a)\\1", "aA", true), ("(?=a)a", "a", true), ("(?!a)b", "b", true),
    ("(?!a)a", "a", false), ("a(?=b)b", "ab", true), (".*(?<=b)c", "abc", true), (".*(?<!b)c", "abc", false),
    (".*(?<=a|bb)c", "bbc", true), ("(?>a*)a", "aaa", false), ("a*+a", "aaa", false), ("a++", "aaa", true),
    ("(ab)?+c", "abc", true),
    ("a*?", "aaa", true), (".*?b", "aab", true), ("(a*)*", "aaa", true), ("(a*)+b", "aab", true),
    ("(a|b*)*c", "abbac", true),
    ("(?:a|b)*+c", "abc", true), ("^abc$", "abc", true), ("\\Aabc\\z", "abc", true), ("(?m)a$\\n^b", "a\nb", true),
    ("a$\\n^b", "a\nb", false), ("\\bab\\b cd", "ab cd", true), ("a\\Bb", "ab", true), ("\\R", "\r\n", true),
    ("v?[0-9]+\\.[0-9]+(-rc[0-9]+)?", "v1.20-rc3", true), ("release/.*", "release/1.0", true),
    ("^(main|release-.*)$", "release-2", true),
    ("\\h\\v", " \n", true), ("[\\d&&[1-3]]+", "123", true), ("\\cA", "\u{1}", true), ("\\052", "*", true),
    ("é+", "éé", true),
    ("(a(b(c)))", "abc", true), ("(?:)", "", true), ("(|a)b", "ab", true), ("[&]", "&", true), ("a{0}b", "b", true),
    ("x{0,2}y", "xxy", true),
  ]

  @Test(arguments: whole)
  func `a pattern fits a whole text or not`(pattern: String, text: String, fits: Bool) throws {
    #expect(try evaluator(with: ["p": .string(pattern), "t": .string(text)]).evaluate("<+t> =~ <+p>") == .bool(fits))
    #expect(
      try evaluator(with: ["p": .string(pattern), "t": .string(text)]).evaluate("<+t>.matches(<+p>)") == .bool(fits))
  }

  /// Pattern, replacement, text, result.
  static let replaced: [(String, String, String, String)] = [
    ("a", "b", "banana", "bbnbnb"), ("a*", "-", "baac", "-b--c-"), ("x*", "-", "abc", "-a-b-c-"),
    ("(a)(b)?", "[$2$1]", "ab a", "[ba] [a]"),
    ("", "-", "ab", "-a-b-"), ("\\s+", " ", " a \t b ", " a b "),
    ("(\\w+)@(\\w+)", "$2 at $1", "me@here", "here at me"),
    ("$", "!", "end", "end!"), ("^", ">", "a\nb", ">a\nb"), ("(?m)^", "> ", "a\nb", "> a\n> b"),
    ("\\.", "\\\\", "a.b", "a\\b"),
    ("(a)", "$1$1", "aa", "aaaa"), ("(?<n>\\d+)", "<${n}>", "a12", "a<12>"), ("(a)", "$10", "a", "a0"),
    ("[aeiou]", "", "education", "dctn"),
    ("\u{1F600}", "x", "a\u{1F600}b", "axb"), ("(?<=a)b", "x", "ab cb", "ax cb"), ("\\b", "|", "ab cd", "|ab| |cd|"),
    ("refs/heads/", "", "refs/heads/main", "main"), ("[^a-zA-Z0-9]", "-", "feature/a_b", "feature-a-b"),
    ("a??", "-", "aa", "-a-a-"),
  ]

  @Test(arguments: replaced)
  func `all matches are replaced as Java replaces them`(
    pattern: String, replacement: String, text: String, expected: String
  ) throws {
    let evaluator = evaluator(with: ["p": .string(pattern), "r": .string(replacement), "t": .string(text)])
    #expect(try evaluator.evaluate("regex.replace(<+p>, <+r>, <+t>)") == .string(expected))
  }

  static let split: [(String, String, [Value])] = [
    (",", "a,b,c", ["a", "b", "c"]), (",", "a,b,,", ["a", "b"]), (",", ",a", ["", "a"]), ("", "abc", ["a", "b", "c"]),
    ("\\s*,\\s*", "a , b", ["a", "b"]), ("x", "abc", ["abc"]), ("[.-]", "1.2-3", ["1", "2", "3"]),
    ("(?=b)", "abab", ["a", "ba", "b"]),
    ("/", "", [""]), ("\\.", "1.2.3", ["1", "2", "3"]),
  ]

  @Test(arguments: split)
  func `a text is split as Java splits it`(pattern: String, text: String, expected: [Value]) throws {
    #expect(
      try evaluator(with: ["p": .string(pattern), "t": .string(text)]).evaluate("<+t>.split(<+p>)") == .list(expected))
  }

  static let mistakes: [(String, String)] = [
    ("(", "a group is not closed with ')' (character 1)"), (")", "')' has no '(' before it (character 1)"),
    ("[a", "'[' is not closed with ']' (character 2)"), ("*", "'*' has nothing before it to repeat (character 1)"),
    ("a**", "'*' has nothing before it to repeat (character 3)"),
    ("a{2,1}", "the greater number comes first (character 6)"),
    ("a{", "'{' needs a number, or a backslash before it (character 2)"),
    ("\\", "it ends with a backslash (character 1)"),
    ("\\y", "'\\y' is no escape (character 2)"), ("[z-a]", "a range in brackets ends before it starts (character 5)"),
    ("\\p{Klingon}", "'\\p{Klingon}' is not known here (character 11)"),
    ("(a)\\2", "there is no group 2 (character 5)"),
    ("(?<=a*)b", "a look-behind must have an obvious greatest length (character 8)"),
    ("(?z)", "there is no flag 'z' (character 3)"),
    ("(?<a>x)(?<a>y)", "a group's name is wrong or used twice (character 13)"),
    ("a{99999}", "it repeats more than 10000 times (character 8)"),
    ("\\k<n>", "there is no group of that name before '\\k' (character 4)"),
    ("\\u12", "an escape needs 4 hexadecimal digits (character 4)"),
  ]

  @Test(arguments: mistakes)
  func `a pattern that is none says why and where`(pattern: String, message: String) {
    let error = #expect(throws: ExpressionError.self) {
      try evaluator(with: ["p": .string(pattern)]).evaluate("'x' =~ <+p>")
    }
    #expect(error?.code == .invalidRegularExpression)
    #expect(error?.message == "the regular expression is not valid: \(message)")
  }

  static let explosions: [(String, String)] = [
    ("(a+)+b", String(repeating: "a", count: 5_000)), ("(a|a)*b", String(repeating: "a", count: 5_000)),
    ("(a*)*b", String(repeating: "a", count: 5_000)), ("(.*)*x", String(repeating: "ab", count: 5_000)),
    ("(x+x+)+y", String(repeating: "x", count: 5_000)), (".*.*.*.*=.*", String(repeating: "x", count: 5_000)),
    ("([a-z]+\\d?)*!", String(repeating: "a", count: 5_000)),
    ("(a?){5000}a{5000}", String(repeating: "a", count: 5_000)),
    ("(?:(?:a+)+)+$b", String(repeating: "a", count: 5_000)), ("(?=(a+)+b)a", String(repeating: "a", count: 5_000)),
    ("((((a+)+)+)+)+b", String(repeating: "a", count: 5_000)),
    ("(\\w+\\s?)+:", String(repeating: "word ", count: 1_000)),
  ]

  @Test(.timeLimit(.minutes(10)), arguments: explosions)
  func `a pattern with endless ways ends in an error`(pattern: String, text: String) {
    let error = #expect(throws: ExpressionError.self) {
      try evaluator(with: ["p": .string(pattern), "t": .string(text)]).evaluate("regex.match(<+p>, <+t>)")
    }
    #expect(error?.code == .tooLarge || error?.code == .invalidRegularExpression)
  }

  @Test(.timeLimit(.minutes(10))) func `all patterns of a field share one budget`() {
    let evaluator = evaluator(with: ["p": "(a+)+b", "t": .string(String(repeating: "a", count: 18))])
    let field = String(repeating: "<+<+t> =~ <+p>>", count: 2_000)
    let error = #expect(throws: ExpressionError.self) { try evaluator.render(field) }
    #expect(error?.code == .tooLarge)
  }

  @Test func `a long text is no deep recursion`() throws {
    let text = String(repeating: "ab", count: 100_000)
    let evaluator = evaluator(with: ["t": .string(text)])
    #expect(try evaluator.evaluate("<+t> =~ '(a|b)*'") == true)
    #expect(try evaluator.evaluate("regex.extract('(?:ab)+$', <+t>).length()") == 200_000)
    #expect(try evaluator.evaluate("regex.replace('b', '', <+t>).length()") == 100_000)
  }
}
