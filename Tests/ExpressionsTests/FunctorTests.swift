import Expressions
import Model
import Testing

struct FunctorTests {
  static let calls: [(String, Value)] = [
    // Regular expressions.
    ("regex.extract('[0-9]+', 'v12.3')", "12"), ("regex.extract('x', 'abc')", ""), ("regex.extract('x', null)", ""),
    ("regex.extract('b*', 'abb')", "bb"), ("regex.replace('[aeiou]', '*', 'education')", "*d*c*t**n"),
    ("regex.replace('(a)(b)', '$2$1', 'abab')", "baba"), ("regex.match('b', 'abc')", true),
    ("regex.match('^b', 'abc')", false),
    (#"regex.extract('\d+', <+text>)"#, ""), (#"regex.extract('v(\d+)', 'v12')"#, "v12"),
    ("regex.match('(?i)HELLO', <+text>)", true), ("regex.replace('(?<x>a)', '${x}${x}', 'ab')", "aab"),
    ("regex.replace('a', '\\$1', 'a')", "$1"),
    // JSON.
    (#"json.select("id", '{"id": "x", "n": 3}')"#, "x"), (#"json.select("n", '{"n": 3}')"#, 3),
    (#"json.select("a.b.c", '{"a": {"b": {"c": true}}}')"#, true), (#"json.select("$.a[1]", '{"a": [1, 2]}')"#, 2),
    (#"json.select("[0].id", '[{"id": "first"}, {"id": 2}]')"#, "first"),
    (#"json.select("a[-1]", '{"a": [1, 2]}')"#, 2),
    (#"json.select("$.a['b c']", '{"a": {"b c": 1}}')"#, 1),
    (#"json.select("a[*].n", '{"a": [{"n": 1}, {"n": 2}]}')"#, [1, 2]),
    (#"json.select("$..n", '{"a": [{"n": 1}], "n": 2}')"#, [2, 1]),
    (#"json.select(".[0].id", '[{"id": "x"},{"id": 3}]')"#, "x"),
    (#"json.select("a[0:2]", '{"a": [1, 2, 3]}')"#, [1, 2]), (#"json.select("a[0,2]", '{"a": [1, 2, 3]}')"#, [1, 3]),
    (#"json.select("a[?(@.n == 2)].m", '{"a": [{"n": 1, "m": "x"}, {"n": 2, "m": "y"}]}')"#, ["y"]),
    (#"json.select("a[?(@.s == 'q')].n", '{"a": [{"n": 1, "s": "q"}, {"n": 2}]}')"#, [1]),
    (#"json.select("a[?(@.s)].n", '{"a": [{"n": 1, "s": "q"}, {"n": 2}]}')"#, [1]),
    (#"json.select("a.length()", '{"a": [1, 2, 3]}')"#, 3), (#"json.select("none", '{}')"#, .null),
    (#"json.select("none", '{}') ?? "default""#, "default"),
    (#"json.select("v.mvn://x", '{"v": {"mvn://x": "1"}}')"#, "1"),
    (#"json.select("n", <+outside.json>)"#, 3), ("json.select('key', <+dict>)", "value"),
    (#"json.object('{"a": {"b": 1}}').a.b"#, 1), (#"json.object('{"a": 1}').get("a")"#, 1),
    (#"json.list("a", '{"a": ["x", "y"]}').get(1)"#, "y"), (#"json.list("$", '[1, 2]').size()"#, 2),
    ("json.format(<+dict>.inner)", #"{"x":"deep"}"#), ("json.format([1, 'a'])", #"[1,"a"]"#),
    ("json.format('x')", #""x""#),
    (#"json.select("s", '{"s": "a\\u0041\\ud83d\\ude00\\t"}')"#, "aA\u{1F600}\t"),
    (#"json.select("s", '{"s": "a\"b"}')"#, #"a"b"#), (#"json.select("d", '{"d": 1.50}')"#, .double(1.5)),
    (#"json.select("d", '{"d": 1e3}')"#, .double(1000)), (#"json.select("s", '{"s": "[1,2]"}')"#, "[1,2]"),
    // XML.
    (#"xml.select("/a/b", "<a\><b\>x</b\></a\>")"#, "x"), ("xml.select('//c', '<a/>').isEmpty()", true),
    // Shells.
    ("shell.escape(\"don't\")", #"don\'t"#), ("shell.escape('a`$&()|;z')", #"a\`\$\&\(\)\|\;z"#),
    ("shell.quote('a b')", "'a b'"),
    ("shell.doubleQuote('a b')", #""a b""#), ("shell.enclose('#', 'x')", "#x#"),
    ("shell.escapeChars('Use `host`.', '`U')", #"\Use \`host\`."#), ("shell.quote(<+f>)", "'abc'"),
    // Dates.
    ("currentDate()", "2024-02-29"), ("datetime.currentDate()", "2024-02-29"),
    ("currentDate().plusDays(1)", "2024-03-01"),
    ("currentDate().plusYears(1)", "2025-02-28"), ("currentDate().plusMonths(-1)", "2024-01-29"),
    ("currentDate().plusMonths(12)", "2025-02-28"),
    ("currentDate().plusWeeks(2).plusDays(2).plusMonths(1)", "2024-04-16"),
    ("currentDate().plusDays(-60)", "2023-12-31"), ("currentDate().toString()", "2024-02-29"),
    ("currentTime()", "2024-02-29T12:30:45.123+0000"),
    ("datetime.currentTime().plusHours(12)", "2024-03-01T00:30:45.123+0000"),
    ("currentTime().plusMinutes(-31)", "2024-02-29T11:59:45.123+0000"),
    ("currentTime().plusDays(1)", "2024-03-01T12:30:45.123+0000"),
    ("currentTime().plusSeconds(15).plusNanos(877000000)", "2024-02-29T12:31:01.000+0000"),
    ("<+currentDate()>.plusDays(1)", "2024-03-01"), ("'on ' + currentDate()", "on 2024-02-29"),
    ("<+<+currentDate()>.plusDays(1).toString()>.replace('-', '')", "20240301"),
    // Functions of the scope.
    ("secrets.getValue('pat')", "secret-of-pat"), ("secrets.getValue('pat').length()", 13),
  ]

  @Test(arguments: calls)
  func `a function gives its value`(expression: String, expected: Value) throws {
    #expect(try evaluator.evaluate(expression) == expected)
  }

  static let mistakes: [(String, ExpressionError.Code, String)] = [
    ("json.select('a', '{')", .invalidJSON, "the text is not JSON: a name is missing at byte 1"),
    ("json.select('a', '{\"a\": 01}')", .invalidJSON, "the text is not JSON: a number is malformed at byte 8"),
    ("json.select('a', '{} x')", .invalidJSON, "the text is not JSON: something follows the value at byte 3"),
    ("json.select('a[', '{}')", .wrongArguments, "the JSON path is not valid: an index is missing at character 2"),
    ("json.select('a.min()', '{}')", .unsupported, "the JSON path function 'min()' is not supported"),
    ("json.select('a')", .wrongArguments, "'json.select' takes 2 arguments and was given 1"),
    ("json.select('a', <+nothing>)", .null, "argument 2 of 'json.select' is null"),
    ("json.object('[1]')", .typeMismatch, "'json.object' found a list and no object"),
    ("json.list('a', '{\"a\": 1}')", .typeMismatch, "'json.list' found a number and no list"),
    ("json.selekt('a', '{}')", .unknownFunction, "'json' has no function 'selekt'"),
    ("xml.selekt('/a', '<a/>')", .unknownFunction, "'xml' has no function 'selekt'"),
    ("regex.extract('(', 'x')", .invalidRegularExpression, ""),
    ("frobnicate(1)", .unknownFunction, "there is no function 'frobnicate'"),
    ("currentDat()", .unknownFunction, "there is no function 'currentDat'"),
    ("currentDate().plusHours(1)", .unknownMethod, "a date has no method 'plusHours'"),
    ("currentDate().plusDays(99999999999)", .arithmetic, "'plusDays' goes too far from today"),
    ("secrets.getValue('missing')", .unavailable, "there is no such secret"),
    ("unreadable", .unavailable, "the store cannot be opened"),
  ]

  @Test(arguments: mistakes)
  func `a wrong call says what is wrong`(expression: String, code: ExpressionError.Code, message: String) {
    let error = #expect(throws: ExpressionError.self) { try evaluator.evaluate(expression) }
    #expect(error?.code == code)
    if !message.isEmpty { #expect(error?.message == message) }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000+0000"), (-1, "1969-12-31T23:59:59.999+0000"),
    (951_782_400_000, "2000-02-29T00:00:00.000+0000"),
    (4_107_542_399_000, "2100-02-28T23:59:59.000+0000"), (4_107_542_400_000, "2100-03-01T00:00:00.000+0000"),
  ])
  func `the calendar is right around its corners`(milliseconds: Int, expected: String) throws {
    let evaluator = ExpressionEvaluator(scope: RunScope()) { .milliseconds(milliseconds) }
    #expect(try evaluator.render("<+currentTime()>") == expected)
  }
}
