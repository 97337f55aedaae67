import Model

/// Test results as JUnit's XML, which nearly every test tool writes: `testsuites`, `testsuite`, `testcase`.
enum JUnitReport {
  /// What a message keeps of a failure.
  private static let longestMessage = 4000

  /// - Throws: ``XMLMistake`` when the text is no XML or no test results.
  static func cases(in text: String) throws(XMLMistake) -> [TestCase] {
    let root = try XMLReader.read(text)
    guard root.name == "testsuites" || root.name == "testsuite" else {
      throw XMLMistake(message: "<\(root.name)> is neither <testsuites> nor <testsuite>", line: 1)
    }
    var cases = [TestCase]()
    collect(root, suite: "", into: &cases)
    return cases
  }

  private static func collect(_ element: XMLElement, suite: String, into cases: inout [TestCase]) {
    let suite = element.attributes["name"].map { $0.isEmpty ? suite : $0 } ?? suite
    for child in element.children {
      switch child.name {
      case "testsuite": collect(child, suite: suite, into: &cases)
      case "testcase": cases.append(testCase(child, suite: suite))
      default: break
      }
    }
  }

  private static func testCase(_ element: XMLElement, suite: String) -> TestCase {
    let told = element.children.first { ["failure", "error", "skipped"].contains($0.name) }
    let status: TestCase.Status =
      switch told?.name {
      case "failure": .failed
      case "error": .error
      case "skipped": .skipped
      default: .passed
      }
    let message = told.flatMap { told -> String? in
      let parts = [told.attributes["message"] ?? "", told.text].map { $0.trimmed }.filter { !$0.isEmpty }
      return parts.isEmpty ? nil : String(parts.joined(separator: "\n").prefix(longestMessage))
    }
    return TestCase(
      suite: suite, className: element.attributes["classname"] ?? "", name: element.attributes["name"] ?? "",
      status: status, milliseconds: milliseconds(element.attributes["time"]), message: message)
  }

  /// Seconds with a fraction, in some tools' reports with commas between thousands.
  private static func milliseconds(_ text: String?) -> Int {
    guard let text, let seconds = Double(text.replacing(",", with: "")), seconds.isFinite, seconds > 0 else { return 0 }
    return Int(min(seconds * 1000, 1e12))
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
