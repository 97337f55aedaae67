/// What `slipway explain` says of a code: why it is reported, how it comes about, and how it is done right.
package struct DiagnosticExplanation: Hashable, Sendable {
  /// A piece of a file, long enough to be understood.
  ///
  /// In a wrong example, what the diagnostic points at stands between `«` and `»`. A place without length is `«»`.
  package struct Example: Hashable, Sendable {
    /// What the piece stands in, where the whole would be long.
    package enum Frame: Hashable, Sendable {
      /// A pipeline file as a whole.
      case file
      /// Items of `steps:` in a CI stage on Kubernetes.
      case steps
      /// Items of `steps:` in a CI stage on Harness Cloud.
      case cloudSteps
      /// Items of `stages:`.
      case stages
      /// A settings file.
      case settings
      /// A file with a connector or a secret.
      case definition
      case dockerfile
      /// An expression as it stands in a field.
      case expression
      /// No piece of a file at all, but words that describe one which would be too large or too odd to print.
      case sketch
    }

    package let frame: Frame
    /// With marks.
    package let text: String

    package init(_ frame: Frame, _ text: String) {
      self.frame = frame
      self.text = text
    }
  }

  package let code: Diagnostic.Code
  /// Words joined by hyphens: `push-only-without-source`. No two codes have the same.
  package let name: String
  /// The severity that it usually has.
  package let severity: Diagnostic.Severity
  /// One sentence, without a full stop.
  package let summary: String
  /// A paragraph: why it matters, and how tools behave.
  package let reason: String
  package let wrong: Example
  package let right: Example

  package init(
    _ code: Diagnostic.Code, _ name: String, _ severity: Diagnostic.Severity, _ summary: String, reason: String,
    wrong: Example, right: Example
  ) {
    self.code = code
    self.name = name
    self.severity = severity
    self.summary = summary
    self.reason = reason
    self.wrong = wrong
    self.right = right
  }
}

extension DiagnosticExplanation.Example {
  /// The piece as a user sees it, without its marks.
  package var plainText: String { text.filter { $0 != "«" && $0 != "»" } }
}
