import Model

/// Collects what is wrong with a file while it is read; nothing is thrown at the first problem.
///
/// A class, since every reader of a part of the file adds to the one collection. It never leaves the call that made it.
final class Problems {
  private(set) var diagnostics: [Diagnostic] = []
  /// Runtime inputs and expressions where a whole part of the pipeline belongs, in the order of reading.
  private(set) var openValues: [OpenValue] = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  func leaveOpen(_ value: OpenValue) { openValues.append(value) }

  /// Reports an error.
  func report(
    _ code: Diagnostic.Code, _ message: String, at span: SourceSpan?, labels: [Diagnostic.Label] = [],
    notes: [String] = [], help: String? = nil
  ) {
    report(code, .error, message, at: span, labels: labels, notes: notes, help: help)
  }

  func report(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String, at span: SourceSpan?,
    labels: [Diagnostic.Label] = [], notes: [String] = [], help: String? = nil, fix: DiagnosticFix? = nil
  ) {
    diagnostics.append(
      Diagnostic(code, severity, message, at: span, labels: labels, notes: notes, help: help, fix: fix))
  }

  /// In the order of the file; at the same place in the order of finding.
  var sorted: [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      let places = (left.element.span?.start.offset ?? 0, right.element.span?.start.offset ?? 0)
      return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
    }.map(\.element)
  }
}
