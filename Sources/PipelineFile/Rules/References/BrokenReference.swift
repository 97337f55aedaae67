package import Engine
package import Model

/// A name in an expression that leads nowhere, or to something that is not there yet.
package struct BrokenReference: Sendable {
  package enum Kind: Sendable {
    /// - Parameter group: where a step of that name is, if it is in a group that the expression leaves out.
    case noSuchStep(String, group: String?)
    case noSuchStage(String)
    case noSuchVariable(String, of: Owner)
    case noSuchOutput(String, of: Step, known: [String])
    case notYet(PlacedStep, own: Bool)
    case noSuchAxis(String)
  }

  package enum Owner: Sendable {
    case pipeline
    case stage(Identifier)
  }

  package let kind: Kind
  /// As it is written, without `<+` and `>`.
  package let path: String
  package let span: SourceSpan?
  /// The name in the expression that is wrong, for a machine to replace it.
  package let nameSpan: SourceSpan?
  package let suggestion: String?
}

extension BrokenReference {
  /// Puts the similar name in the place of the wrong one.
  var fix: DiagnosticFix? {
    guard let nameSpan, let suggestion else { return nil }
    return DiagnosticFix("write '\(suggestion)'", .needsJudgement, replacing: nameSpan, with: suggestion)
  }
}
