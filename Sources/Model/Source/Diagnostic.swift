/// One thing that is wrong, or doubtful, in a file that a person wrote.
///
/// A diagnostic is a value and never thrown at the first problem: readers collect them all. How it looks
/// (underlined on a terminal, JSON, SARIF) is decided where it is shown.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Sendable, Comparable, CaseIterable {
    case note, warning, error

    package static func < (left: Severity, right: Severity) -> Bool {
      func rank(_ severity: Severity) -> Int { Severity.allCases.firstIndex(of: severity) ?? 0 }
      return rank(left) < rank(right)
    }
  }

  /// A stable name such as `SW2003`, which users may search for and silence.
  ///
  /// `SW1xxx` syntax, `SW2xxx` model, `SW3xxx` expressions, `SW4xxx` references, `SW5xxx` build and push,
  /// `SW6xxx` scan and custody, `SW7xxx` security.
  package struct Code: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let number: Int

    package init(_ number: Int) {
      precondition((1000...9999).contains(number), "a diagnostic's code has four digits")
      self.number = number
    }

    package var description: String { "SW\(number)" }

    package static func < (left: Code, right: Code) -> Bool { left.number < right.number }
  }

  /// A second place that belongs to the story: "first defined here".
  package struct Label: Hashable, Sendable {
    package let span: SourceSpan
    package let text: String

    package init(span: SourceSpan, text: String) {
      self.span = span
      self.text = text
    }
  }

  package let code: Code
  package let severity: Severity
  /// A sentence without a full stop that names what is wrong.
  package let message: String
  /// Absent when the problem is about something that is missing altogether.
  package let span: SourceSpan?
  package let labels: [Label]
  /// Why it matters, or what was found instead.
  package let notes: [String]
  /// The way out.
  package let help: String?
  /// The way out as edits of the file, where a machine can make them.
  package let fix: DiagnosticFix?
  /// What is marked must not be repeated where others can read it: a password in the file.
  package let isConfidential: Bool

  package init(
    _ code: Code, _ severity: Severity, _ message: String, at span: SourceSpan?,
    labels: [Label] = [], notes: [String] = [], help: String? = nil, fix: DiagnosticFix? = nil,
    isConfidential: Bool = false
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.labels = labels
    self.notes = notes
    self.help = help
    self.fix = fix
    self.isConfidential = isConfidential
  }
}

extension Diagnostic {
  /// An error.
  package init(
    _ code: Code, _ message: String, at span: SourceSpan?, labels: [Label] = [], notes: [String] = [],
    help: String? = nil, fix: DiagnosticFix? = nil
  ) {
    self.init(code, .error, message, at: span, labels: labels, notes: notes, help: help, fix: fix)
  }
}
