import Expressions
import Model
import Testing

struct MethodTests {
  static let calls: [(String, Value)] = [
    ("<+text>.toLowerCase()", "hello, world"), ("<+text>.toUpperCase()", "HELLO, WORLD"), ("'  x '.trim()", "x"),
    ("<+text>.substring(7)", "World"), ("<+text>.substring(0, 5)", "Hello"), ("<+text>.substring(12)", ""),
    ("<+codebase.commitSha>.substring(0,7)", "0123456"), ("<+codebase.commitSha.substring(0,7)>", "0123456"),
    ("<+text>.split(', ')", ["Hello", "World"]), ("<+text>.split(', ')[1]", "World"),
    ("'a,b,,'.split(',')", ["a", "b"]),
    ("'a,b,,'.split(',', -1)", ["a", "b", "", ""]), ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
    ("',a'.split(',')", ["", "a"]), ("'abc'.split('')", ["a", "b", "c"]),
    ("'a1b22c'.split('[0-9]+')", ["a", "b", "c"]),
    ("'abc'.split('x')", ["abc"]), ("''.split(',')", [""]), ("'a.b'.split('\\.')", ["a", "b"]),
    ("'refs/heads/x'.split('/')[2]", "x"), ("'a b'.split(' ').size()", 2), ("'a b'.split(' ').length", 2),
    ("<+text>.contains('World')", true), ("<+text>.contains('world')", false), ("<+text>.contains('')", true),
    ("<+text>.startsWith('Hello')", true), ("<+text>.startsWith('World')", false), ("<+text>.endsWith('World')", true),
    ("<+text>.endsWith('!')", false), ("<+text>.indexOf('o')", 4), ("<+text>.indexOf('o', 5)", 8),
    ("<+text>.indexOf('z')", -1), ("<+text>.lastIndexOf('o')", 8), ("<+text>.lastIndexOf('o', 7)", 4),
    ("<+text>.lastIndexOf('z')", -1), ("'aXbX'.replace('X', '-')", "a-b-"), ("'a.b'.replace('.', '')", "ab"),
    ("'abc'.replace('z', 'y')", "abc"), ("'ab'.replace('', '-')", "-a-b-"), ("'a1b2'.replaceAll('[0-9]', '#')", "a#b#"),
    ("'john smith'.replaceAll('(\\w+) (\\w+)', '$2 $1')", "smith john"), ("'a1b2'.replaceFirst('[0-9]', '#')", "a#b2"),
    ("'x'.replaceAll('x', '\\$')", "$"), ("<+f>.concat('d')", "abcd"), ("<+f>.concat(<+g>)", "abcdef"),
    ("<+f>.concat(5)", "abc5"), ("<+f>.length()", 3), ("''.length()", 0), ("<+f>.equals('abc')", true),
    ("<+f>.equals('ABC')", false), ("<+f>.equals(5)", false), ("<+f>.equalsIgnoreCase('ABC')", true),
    ("<+empty_text>.isEmpty()", true), ("<+f>.isEmpty()", false), ("' '.isBlank()", true),
    ("<+f>.matches('[a-c]+')", true),
    ("<+f>.matches('a')", false), ("<+f>.charAt(1)", "b"), ("<+f>.toString()", "abc"), ("'ab'.repeat(3)", "ababab"),
    ("'a'.compareTo('c')", -2), ("'abc'.compareTo('ab')", 1), ("'A'.compareToIgnoreCase('a')", 0), ("<+f>.size()", 3),
    ("'\u{1F600}x'.length()", 3), ("'\u{1F600}x'.substring(2)", "x"), ("'a\r\nb'.contains('\n')", true),
    ("'Straße'.toUpperCase()", "STRASSE"), ("'a-b-c'.replace('-', '_').toUpperCase()", "A_B_C"),
    ("<+f>.toUpperCase().toLowerCase().concat('!').length()", 4),
    ("<+a>.toString()", "5"), ("<+a>.toString().concat('x')", "5x"), ("<+half>.toString()", "0.5"),
    ("<+yes>.toString()", "true"), ("<+a>.equals(5)", true), ("(7.9).intValue()", 7), ("<+a>.compareTo(6)", -1),
    ("<+words>.get(0)", "one"), ("<+words>.size()", 3), ("<+words>.contains('two')", true),
    ("<+words>.contains('four')", false), ("<+words>.isEmpty()", false), ("<+words>.indexOf('three')", 2),
    ("<+words>.subList(1, 3)", ["two", "three"]), ("<+words>.toString()", #"["one","two","three"]"#),
    ("<+numbers>.contains(2)", true), ("words.get(1).toUpperCase()", "TWO"), ("words.contains('one')", true),
    ("<+words>.containsAll(['one','two'])", true),
    ("<+dict>.get('key')", "value"), ("<+dict>.get('none')", .null), ("<+dict>.getOrDefault('none', 'd')", "d"),
    ("<+dict>.containsKey('key')", true), ("<+dict>.containsKey('none')", false), ("<+dict>.size()", 4),
    ("<+dict>.keySet()", ["a-b", "inner", "key", "n"]), ("<+dict>.isEmpty()", false),
    ("<+dict>.containsValue(1)", true),
    ("<+dict>.get('inner').get('x')", "deep"), ("dict.get('a-b')", "dash"), ("{'b':2,'a':1}.values()", [1, 2]),
    ("{'a':1}.toString()", #"{"a":1}"#),
  ]

  @Test(arguments: calls)
  func `a method gives what Java gives`(expression: String, expected: Value) throws {
    #expect(try evaluator.evaluate(expression) == expected)
  }

  static let mistakes: [(String, ExpressionError.Code, String)] = [
    ("<+f>.substring(4)", .outOfBounds, "'substring' asks for 4 to 3 of a text with 3 characters"),
    ("<+f>.charAt(9)", .outOfBounds, "'charAt' asks for 9 of a text with 3 characters"),
    ("<+words>[3]", .outOfBounds, "the list has 3 elements and no [3]"),
    ("<+words>.get(3)", .outOfBounds, "the list has 3 elements and no [3]"),
    ("<+f>.toUppercase()", .unknownMethod, "a text has no method 'toUppercase'"),
    ("<+words>.join(',')", .unknownMethod, "a list has no method 'join'"),
    ("<+a>.length()", .unknownMethod, "a number has no method 'length'"),
    ("<+f>.replace('a')", .wrongArguments, "'replace' takes 2 arguments and was given 1"),
    ("<+f>.trim(1)", .wrongArguments, "'trim' takes 0 arguments and was given 1"),
    ("<+f>.substring('x')", .wrongArguments, "argument 1 of 'substring' must be a whole number and is a text"),
    ("<+f>.concat(<+words>)", .wrongArguments, "argument 1 of 'concat' must be a text and is a list"),
    ("<+f>.concat(<+nothing>)", .null, "argument 1 of 'concat' is null"),
    ("<+nothing>.trim()", .null, "'trim' is called on null"),
    ("'x'.replaceAll('x', '$')", .wrongArguments, "a '$' in a replacement names a group: '$1'; '\\$' is the character"),
    ("'x'.replaceAll('x', '$1')", .wrongArguments, "the pattern has no group 1"),
  ]

  @Test(arguments: mistakes)
  func `a wrong call says what is wrong`(expression: String, code: ExpressionError.Code, message: String) {
    let error = #expect(throws: ExpressionError.self) { try evaluator.evaluate(expression) }
    #expect(error?.code == code)
    #expect(error?.message == message)
  }

  @Test func `a slip in a method's name is met with the right one`() {
    let error = #expect(throws: ExpressionError.self) { try evaluator.render("<+<+f>.toUppercase()>") }
    #expect(error?.suggestion == "toUpperCase")
  }

  @Test func `an invalid pattern is an error`() {
    for expression in ["<+f> =~ '('", "<+f>.matches('[')", "<+f>.replaceAll('*', '')"] {
      let error = #expect(throws: ExpressionError.self) { try evaluator.evaluate(expression) }
      #expect(error?.code == .invalidRegularExpression)
    }
  }
}
