/// One file of test results that an attempt at a step left.
package struct TestReport: Hashable, Sendable {
  package let path: StepPath
  package let attempt: Int
  /// Relative to the workspace.
  package let file: String
  package let cases: [TestCase]

  package init(path: StepPath, attempt: Int, file: String, cases: [TestCase]) {
    self.path = path
    self.attempt = attempt
    self.file = file
    self.cases = cases
  }

  package var counts: TestCounts {
    TestCounts(
      tests: cases.count, failed: cases.count(where: { $0.status == .failed || $0.status == .error }),
      skipped: cases.count(where: { $0.status == .skipped }))
  }

  /// More cases than these are counted and not listed.
  private static let listed = 5000

  /// As the ledger keeps it: the counts, and each case.
  package var payload: Value {
    let counts = counts
    let cases = cases.prefix(Self.listed).map { test -> Value in
      var entry: [String: Value] = [
        "suite": .string(test.suite), "class": .string(test.className), "name": .string(test.name),
        "status": .string(test.status.rawValue), "milliseconds": .integer(test.milliseconds),
      ]
      if let message = test.message { entry["message"] = .string(message) }
      return .map(entry)
    }
    return [
      "attempt": .integer(attempt), "file": .string(file), "tests": .integer(counts.tests),
      "failed": .integer(counts.failed), "skipped": .integer(counts.skipped), "cases": .list(cases),
    ]
  }

  package func masked(by mask: (String) -> String) -> TestReport {
    TestReport(
      path: path, attempt: attempt, file: mask(file),
      cases: cases.map { test in
        TestCase(
          suite: mask(test.suite), className: mask(test.className), name: mask(test.name), status: test.status,
          milliseconds: test.milliseconds, message: test.message.map(mask))
      })
  }
}

/// One test's result.
package struct TestCase: Hashable, Sendable {
  package enum Status: String, Hashable, Sendable, CaseIterable {
    case passed, failed, error, skipped
  }

  package let suite: String
  package let className: String
  package let name: String
  package let status: Status
  package let milliseconds: Int
  package let message: String?

  package init(
    suite: String, className: String, name: String, status: Status, milliseconds: Int, message: String? = nil
  ) {
    self.suite = suite
    self.className = className
    self.name = name
    self.status = status
    self.milliseconds = milliseconds
    self.message = message
  }
}

/// How many tests there were, and how many of them did not pass.
package struct TestCounts: Hashable, Sendable {
  package var tests = 0
  package var failed = 0
  package var skipped = 0

  package init(tests: Int = 0, failed: Int = 0, skipped: Int = 0) {
    self.tests = tests
    self.failed = failed
    self.skipped = skipped
  }

  package static func + (left: TestCounts, right: TestCounts) -> TestCounts {
    TestCounts(
      tests: left.tests + right.tests, failed: left.failed + right.failed, skipped: left.skipped + right.skipped)
  }
}
