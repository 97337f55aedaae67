import Expressions
import Model
import Testing

struct XMLTests {
  private static let pom = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- a build -->
    <project xmlns:x="urn:x" id="p1">
      <version>1.4.2</version>
      <name>Tom &amp; Jerry &#233;</name>
      <x:extra>prefixed</x:extra>
      <dependencies>
        <dependency scope="test"><id>a</id><version>1</version></dependency>
        <dependency><id>b</id><version>20</version><![CDATA[<raw>]]></dependency>
        <dependency scope="test" optional='yes'><id>c</id><version>3</version></dependency>
      </dependencies>
      <empty/>
    </project>
    """

  static let paths: [(String, String)] = [
    ("/project/version", "1.4.2"), ("//version", "1.4.2"), ("/project/@id", "p1"), ("//name", "Tom & Jerry é"),
    ("/project/x:extra", "prefixed"), ("//dependency[2]/id", "b"), ("//dependency[last()]/id", "c"),
    ("//dependency[@scope='test'][2]/id", "c"), ("//dependency[@optional]/id", "c"),
    ("//dependency[id='b']/version", "20"),
    ("//dependency[version > 2 and version < 10]/id", "c"), ("//dependency[not(@scope)]/id", "b"),
    ("count(//dependency)", "3"),
    ("sum(//dependency/version)", "24"), ("//dependency[2]/text()", "<raw>"), ("string(//dependency[1])", "a1"),
    ("name(/*)", "project"), ("local-name(//x:extra)", "extra"), ("/project/*[1]", "1.4.2"), ("//id/../version", "1"),
    ("//*[text()='1.4.2']", "1.4.2"), ("/project/nothing", ""), ("/project/empty", ""), ("boolean(//empty)", "true"),
    ("concat(/project/version, '-', //dependency[1]/id)", "1.4.2-a"), ("substring-before(/project/version, '.')", "1"),
    ("substring-after(/project/version, '.')", "4.2"), ("substring(/project/version, 3, 1)", "4"),
    ("translate(/project/version, '.', '_')", "1_4_2"), ("starts-with(/project/version, '1.')", "true"),
    ("contains(//name, 'Jerry')", "true"), ("string-length(/project/version)", "5"),
    ("normalize-space('  a   b ')", "a b"),
    ("//dependency[id='a' or id='c'][last()]/id", "c"), ("//dependency/@scope", "test"), ("//dependency/@*[2]", "yes"),
    ("//id[. = 'b']", "b"), ("//id[position() = 1]", "a"), ("(//id)[2]", "b"), ("//id | //name", "Tom & Jerry é"),
    ("//version/ancestor::dependencies/dependency/id", "a"), ("//dependency[1]/following-sibling::dependency/id", "b"),
    ("//dependency[3]/preceding-sibling::*[1]/id", "b"), ("/descendant::id", "a"), ("/project/child::version", "1.4.2"),
    ("//dependency[version = 20]/id", "b"), ("1 + 2 * 3", "7"), ("7 div 2", "3.5"), ("7 mod 2", "1"), ("-1", "-1"),
    ("round(2.5)", "3"), ("'text'", "text"), ("true()", "true"), ("1 = 1.0", "true"), ("number('x')", "NaN"),
    ("/comment()", " a build "), ("//dependency[id != 'a']/id", "b"), ("/", ""),
  ]

  @Test(arguments: paths.filter { $0.0 != "/" })
  func `a path leads to a text`(path: String, expected: String) throws {
    let evaluator = evaluator(with: ["pom": .string(Self.pom), "path": .string(path)])
    #expect(try evaluator.evaluate("xml.select(<+path>, <+pom>)") == .string(expected))
  }

  static let documents: [(String, String)] = [
    ("", "there is no element at byte 0"), ("text", "a text stands outside of the root element at byte 0"),
    ("<a>", "an element is not closed at byte 3"),
    ("<a></b>", "an end tag fits no start tag at byte 7"), ("<a/><b/>", "there is a second root element at byte 5"),
    ("<a b=c/>", "an attribute's value is not in quotes at byte 5"), ("<a b/>", "an attribute has no value at byte 4"),
    ("<a b='1' b='2'/>", "an attribute occurs twice at byte 14"), ("<a>&nope;</a>", "an entity is not known at byte 3"),
    ("<a>& b</a>", "'&' names nothing at byte 3"), ("<!DOCTYPE a><a/>", "document types are not read at byte 2"),
    ("<a><!-- </a>", "a comment is not closed at byte 12"),
    ("<a><![CDATA[</a>", "a CDATA section is not closed at byte 16"),
    ("<a b='<'/>", "'<' stands in an attribute's value at byte 6"), ("<1/>", "a name is missing at byte 2"),
    ("<a", "a tag is not closed with '>' at byte 2"),
    ("<a>&#0;</a>", "an entity is not known at byte 3"), ("<a>\u{1}</a>", "a control character at byte 3"),
    ("<a></a>x", "a text stands outside of the root element at byte 7"),
  ]

  @Test(arguments: documents)
  func `what is no XML says why`(document: String, message: String) {
    let error = #expect(throws: ExpressionError.self) {
      try evaluator(with: ["xml": .string(document)]).evaluate("xml.select('/a', <+xml>)")
    }
    #expect(error?.code == .invalidXML)
    #expect(error?.message == "the text is not XML: \(message)")
  }

  static let mistakes: [(String, ExpressionError.Code, String)] = [
    ("", .wrongArguments, "the XPath is not valid: it ends too early at character 1"),
    ("/a[", .wrongArguments, "the XPath is not valid: it ends too early at character 4"),
    ("/a[1", .wrongArguments, "the XPath is not valid: ']' is missing at character 5"),
    ("/a b", .wrongArguments, "the XPath is not valid: something follows the path at character 4"),
    ("//", .wrongArguments, "the XPath is not valid: a name is missing at character 3"),
    ("$x", .wrongArguments, "the XPath is not valid: variables are not known at character 1"),
    ("'x", .wrongArguments, "the XPath is not valid: a quote is not closed at character 2"),
    ("id('x')", .unsupported, "the XPath function 'id()' is not supported"),
    ("/following::a", .unsupported, "the XPath axis 'following' is not supported"),
    ("count(1)", .wrongArguments, "the XPath walks on from something that is no node"),
    ("concat('a')", .wrongArguments, "the XPath function 'concat()' is given the wrong number of arguments"),
  ]

  @Test(arguments: mistakes)
  func `a path that is none says why`(path: String, code: ExpressionError.Code, message: String) {
    let error = #expect(throws: ExpressionError.self) {
      try evaluator(with: ["path": .string(path)]).evaluate("xml.select(<+path>, '<a/>')")
    }
    #expect(error?.code == code)
    #expect(error?.message == message)
  }

  @Test(.timeLimit(.minutes(10))) func `hostile documents and paths end`() throws {
    let deep = String(repeating: "<a>", count: 100_000) + String(repeating: "</a>", count: 100_000)
    #expect(try evaluator(with: ["xml": .string(deep)]).evaluate("xml.select('count(/a/a/a)', <+xml>)") == "1")
    let wide = "<r>" + String(repeating: "<a><b/></a>", count: 3_000) + "</r>"
    let error = #expect(throws: ExpressionError.self) {
      try evaluator(with: ["xml": .string(deep), "wide": .string(wide)]).evaluate("xml.select('//a//a//a', <+xml>)")
    }
    #expect(error?.code == .tooLarge)
    #expect(try evaluator(with: ["xml": .string(wide)]).evaluate("xml.select('count(//a[b])', <+xml>)") == "3000")
    for path in [
      String(repeating: "(", count: 5_000), String(repeating: "a[", count: 5_000),
      String(repeating: "-", count: 9_000) + "1",
      String(repeating: "not(", count: 2_000), String(repeating: "1+", count: 4_000) + "1",
    ] {
      let error = #expect(throws: ExpressionError.self) {
        try evaluator(with: ["path": .string(path)]).evaluate("xml.select(<+path>, '<a/>')")
      }
      #expect(error?.code == .wrongArguments)
    }
  }
}
