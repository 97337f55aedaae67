import Model
import SystemPackage
import TestSupport
import Testing

@testable import Engine

@Suite struct TestReportTests {
  private static let report = """
    <?xml version="1.0"?>
    <!DOCTYPE testsuites [<!ENTITY x "y">]>
    <testsuites>
      <!-- two suites, one in the other -->
      <testsuite name="outer"><testsuite name="inner">
        <testcase classname="C" name="a &lt;b&gt;" time="0.25"/>
        <testcase classname='C' name="fails" time="1,000.5"><failure message="no&#10;more">at <![CDATA[<line 3>]]></failure></testcase>
      </testsuite>
      <testcase name="later"><skipped/></testcase><testcase name="broken"><error/></testcase></testsuite>
    </testsuites>
    """

  @Test func `each case is read with its suite, its status and what is said of it`() throws {
    let cases = try JUnitReport.cases(in: Self.report)
    #expect(
      cases == [
        TestCase(suite: "inner", className: "C", name: "a <b>", status: .passed, milliseconds: 250),
        TestCase(
          suite: "inner", className: "C", name: "fails", status: .failed, milliseconds: 1_000_500,
          message: "no\nmore\nat <line 3>"),
        TestCase(suite: "outer", className: "", name: "later", status: .skipped, milliseconds: 0),
        TestCase(suite: "outer", className: "", name: "broken", status: .error, milliseconds: 0),
      ])
    let counts = TestReport(path: StepPath(stage: "s"), attempt: 1, file: "r.xml", cases: cases).counts
    #expect(counts == TestCounts(tests: 4, failed: 2, skipped: 1))
  }

  @Test(arguments: [
    "", "no xml", "<testsuite>", "<testsuite></a>", "<html/>", "<testsuite a=b/>", "<testsuite>&unknown;</testsuite>",
    String(repeating: "<testsuite>", count: 100),
  ])
  func `what is no report is said`(_ text: String) {
    #expect(throws: XMLMistake.self) { try JUnitReport.cases(in: text) }
  }

  @Test(arguments: [
    ("**/*.xml", "a/b/c.xml", true), ("**/*.xml", "c.xml", true), ("*.xml", "a/c.xml", false),
    ("target/**/TEST-*.xml", "target/x/y/TEST-1.xml", true), ("target/**/TEST-*.xml", "other/TEST-1.xml", false),
    ("a/**", "a/b/c", true), ("?.txt", "a.txt", true), ("[a-c].txt", "d.txt", false), ("[!a-c].txt", "d.txt", true),
    ("./a/*", "a/b", true), ("**/**/x", "x", true), ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false),
  ])
  func `patterns fit as test tools mean them`(_ row: (pattern: String, path: String, fits: Bool)) {
    #expect(PathGlob(row.pattern).matches(row.path) == row.fits)
  }
}
