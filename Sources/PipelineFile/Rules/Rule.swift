package import Model

/// Something that a pipeline can be right YAML and still be wrong in: one type in one file, with what it is tested by.
///
/// A rule reports nothing that a run would refuse anyway as unreadable; that is the readers' business. Its cost is linear in
/// the size of the file.
package protocol Rule: Sendable {
  /// The rule's code and its words for users. The wrong and the right example are among its tests.
  static var explanation: DiagnosticExplanation { get }
  /// More of what it reports and what it does not: an example with marks is reported exactly there, one without is not.
  static var examples: [RuleExample] { get }
  /// Whether it compares steps with each other: then nothing is said while parts of the file could not be read.
  static var needsWholePipeline: Bool { get }

  static func check(_ subject: LintSubject) -> [Diagnostic]
}

extension Rule {
  package static var needsWholePipeline: Bool { false }

  /// A diagnostic with the rule's own code and, unless told otherwise, its severity.
  static func diagnostic(
    _ message: String, at span: SourceSpan?, severity: Diagnostic.Severity? = nil, labels: [Diagnostic.Label] = [],
    notes: [String] = [], help: String? = nil, fix: DiagnosticFix? = nil, isConfidential: Bool = false
  ) -> Diagnostic {
    Diagnostic(
      explanation.code, severity ?? explanation.severity, message, at: span, labels: labels, notes: notes, help: help,
      fix: fix, isConfidential: isConfidential)
  }

  /// All examples: the explanation's own first.
  package static var allExamples: [RuleExample] {
    [RuleExample("wrong", explanation.wrong), RuleExample("right", explanation.right)] + examples
  }
}

/// A piece of a file, with what shall be reported of it.
package struct RuleExample: Hashable, Sendable {
  /// What it shows.
  package let name: String
  package let example: DiagnosticExplanation.Example

  package init(_ name: String, _ example: DiagnosticExplanation.Example) {
    self.name = name
    self.example = example
  }

  package init(_ name: String, _ frame: DiagnosticExplanation.Example.Frame, _ text: String) {
    self.init(name, DiagnosticExplanation.Example(frame, text))
  }
}
