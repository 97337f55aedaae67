import Expressions
import Model
import Testing

struct OperatorTests {
  static let expressions: [(String, Value)] = [
    // Literals.
    ("1", 1), ("1.5", .double(1.5)), ("2e3", .double(2000)), ("10L", 10), ("2.0d", .double(2)), ("'x'", "x"),
    (#""x""#, "x"),
    ("''", ""), ("true", true), ("false", false), ("null", .null), ("[]", []), ("[1, 'a', true]", [1, "a", true]),
    ("[[1], [2]]", [[1], [2]]), ("{}", [:]), ("{:}", [:]), ("{'a': 1, 'b': [2]}", ["a": 1, "b": [2]]),
    ("{1, 2}", [1, 2]), ("{key: 'v'}", ["key": "v"]), (#""it's""#, "it's"), (#"'a\'b'"#, "a'b"), (#""a\"b""#, #"a"b"#),
    (#"'\d+'"#, #"\d+"#), (#"'a\\b'"#, #"a\b"#), (#"'line\nbreak'"#, "line\nbreak"), (#"'\u0041'"#, "A"),
    // Arithmetic.
    ("<+a> + <+b>", 17), ("<+a> - <+b>", -7), ("<+a>-<+b>", -7), ("<+a> * <+b>", 60), ("<+b> / <+a>", 2),
    ("<+b>/<+a>", 2), ("<+b> % <+a>", 2), ("7 / 2", 3), ("7 / 2.0", .double(3.5)), ("7.5 % 2", .double(1.5)),
    ("7 div 2", 3), ("7 mod 2", 1), ("-<+a>", -5), ("- 3 + 1", -2), ("+3", 3), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20),
    ("2*<+a>-<+b>", -2), ("<+a>-<+b>*2", -19), ("10 - 3 - 2", 5), ("100 / 10 / 2", 5), ("<+c> - 2 * <+b>", 5),
    ("<+<+<+d>> * <+d>>", 576), ("<+571 + <+<+a>>>", 576), ("<+e> - <+<+e>> + 1", 1), ("<+half> + 1", .double(1.5)),
    ("1.0 + 1", .double(2)), ("<+five> - 3", 2), ("<+five> * 2", 10), ("9007199254740993 + 0", 9_007_199_254_740_993),
    // Texts.
    ("'a' + 'b'", "ab"), ("'a' + 1", "a1"), ("1 + 'a'", "1a"), ("<+five> + 3", "53"), ("'a' + true", "atrue"),
    ("'v' + 1.5", "v1.5"), ("'x' + [1,2]", "x[1,2]"), ("'archit' + <+company>", "architharness"),
    ("'expression' + <+inQuotes> + '-<+g>'", "expressionarchitabcharness-def"), ("'<+f><+g>'", "abcdef"),
    // Equality.
    ("<+f> == 'abc'", true), ("<+f> == 'ABC'", false), ("<+f> != 'abc'", false), ("<+f> eq 'abc'", true),
    ("<+f> ne 'abc'", false), ("<+a> == 5", true), ("<+a>==5", true), ("5 == 5.0", true), ("<+five> == 5", true),
    ("<+five> == '5'", true), ("'5.0' == 5", true), ("'abc' == 5", false), ("<+a> + <+b> == 17", true),
    ("<+a> + <+b> == 10", false), ("[1,2] == [1,2]", true), ("[1,2] == ['1',2]", false), ("{'a':1} == {'a':1}", true),
    ("[] == {}", false), ("null == null", true), ("<+nothing> == null", true), ("<+f> == null", false),
    ("null != <+f>", true), ("<+unknown> == null", true), ("null == <+unknown.name>", true),
    ("<+unknown> != null", false),
    ("<+codebase.tag> == 'v1'", false), ("<+trigger.type> == null", true), ("<+trigger.payload.ref> == 'x'", false),
    ("'e\u{301}' == '\u{e9}'", false),
    // A text and a flag are equal unless the text is `false`, or empty, which JEXL takes for false too.
    ("'anything' == true", true), ("'true' == true", true), ("'false' == true", false), ("'false' == false", true),
    ("'' == false", true), ("'no' == false", false), ("<+pipeline.variables.flag> == true", false),
    ("<+pipeline.variables.on> == true", true), ("true == 'yes'", true), ("1 == true", true), ("0 == false", true),
    // Order.
    ("1 < 2", true), ("2 <= 2", true), ("1 lt 2", true), ("2 le 1", false), (#"3 \> 2"#, true), ("3 gt 2", true),
    ("3 ge 3", true), ("3 >= 4", false), ("3 > 2", true), ("'a' < 'b'", true), ("'10' < '9'", true),
    ("'10' < 9", false),
    ("1 < 1.5", true), ("null < 1", false), ("1 >= null", false), ("'B' < 'a'", true), ("null <= null", true),
    // Logic.
    ("true && false", false), ("true || false", true), ("true and true", true), ("false or false", false),
    ("!true", false),
    ("not false", true), ("not not true", true), ("!!<+yes>", true), ("!<+no>", true), ("!'false'", true),
    ("!''", true),
    ("1 && 'x'", true), ("null || true", true), ("null && true", false), ("false && <+unknown>", false),
    ("true || <+unknown>", true), ("true || false && false", true), ("(true || false) && false", false),
    ("1 == 1 && 2 == 2 || 3 == 4", true), ("<+f> == 'abc' and <+g> eq 'def'", true), ("!(1 == 2)", true),
    ("<+codebase.build.type> == \"tag\" || <+codebase.build.type> == \"branch\"", true),
    // Patterns.
    ("<+f> =~ 'a.c'", true), ("<+f> =~ 'b'", false), ("<+f> =~ '.*b.*'", true), ("<+f> !~ 'a.c'", false),
    (#"'v12' =~ 'v\d+'"#, true), ("<+f> =~ ['abc', 'All']", true), ("<+f> =~ [\"x\",\"All\"]", false),
    ("<+f> !~ ['x']", true), ("<+a> =~ [1, 5]", true), ("'key' =~ <+dict>", true), ("<+a> =~ '[0-9]'", true),
    ("[1,2] =~ [1,2,3]", true), ("<+f> =^ 'ab'", true), ("<+f> !^ 'ab'", false), ("<+f> =$ 'bc'", true),
    ("<+f> !$ 'bc'", false), ("<+f> =^ 'b'", false), ("<+nothing> =^ 'a'", false), ("<+nothing> =~ 'a'", false),
    ("<+trigger.targetBranch> =~ 'main'", false),
    // Choice.
    ("true ? 1 : 2", 1), ("false ? 1 : 2", 2), ("false?1:true?2:3", 2), ("<+a> > 3 ? 'big' : 'small'", "big"),
    ("true ? <+f> : <+unknown>", "abc"), ("<+f> ?: 'none'", "abc"), ("'' ?: 'none'", "none"), ("0 ?: 1", 1),
    ("<+unknown> ?: 'none'", "none"), ("<+unknown> ?? 'none'", "none"), ("<+nothing> ?? 'none'", "none"),
    ("'' ?? 'none'", ""), ("<+no> ?? 'none'", false), ("unknown.name ?? 'none'", "none"), ("<+no> ?: 'x'", "x"),
    ("<+nothing> ?? <+unknown> ?? 3", 3),
    // Size and emptiness.
    ("size('abc')", 3), ("size([1,2])", 2), ("size({'a':1})", 1), ("size(null)", 0), ("size <+words>", 3),
    ("empty('')", true), ("empty('a')", false), ("empty([])", true), ("empty(null)", true), ("empty <+words>", false),
    ("empty(<+unknown>)", true), ("empty <+empty_text>", true), ("not empty(<+f>)", true), ("!empty(<+f>)", true),
    ("empty(0)", true), ("size(<+f>) == 3", true),
    // Paths and elements.
    ("<+words>[1]", "two"), ("words[1]", "two"), ("<+words[0]>", "one"), ("words.1", "two"), ("dict['key']", "value"),
    ("dict.key", "value"), ("dict.inner.x", "deep"), ("dict['inner'].x", "deep"), ("[10, 20][1]", 20),
    ("{'a': {'b': 7}}.a.b", 7), ("words.length", 3), ("matrix.os == 'linux'", true), ("pipeline.sequenceId + 1", 8),
    ("(<+words>)[2]", "three"), ("<+words>[<+a> - 5]", "one"), ("numbers[1] + numbers[2]", 5), ("1 == 1;", true),
    // Static aliases.
    ("<+OnStageSuccess>", false), ("<+OnStageFailure>", true), ("<+OnPipelineSuccess>", true),
    ("<+OnPipelineFailure>", false), ("<+Always>", true), ("<+OnRollbackModeExecution>", false),
    ("<+OnStageFailure> && (<+f> == 'abc')", true), ("OnPipelineSuccess && !OnStageSuccess", true),
  ]

  @Test(arguments: expressions)
  func `an expression has a value`(expression: String, expected: Value) throws {
    #expect(try evaluator.evaluate(expression) == expected)
  }

  @Test(arguments: expressions.filter { !$0.0.contains(" > ") && !$0.0.contains(">= ") && $0.1 != .null })
  func `the same expression between delimiters has the same value`(expression: String, expected: Value) throws {
    #expect(try evaluator.value(of: "<+\(expression)>") == expected)
  }
}
