package import Model

extension ExpressionError {
  /// The error as a finding in a file, for linters.
  ///
  /// - Parameter span: where the expression stands in the file; the caller knows how the field maps to it.
  package func diagnostic(at span: SourceSpan?) -> Diagnostic {
    var notes = [String]()
    if !origins.isEmpty { notes.append("it stands in the text of \(origins.joined(separator: ", in the text of "))") }
    if !names.isEmpty { notes.append("in scope: \(names.sorted().prefix(20).joined(separator: ", "))") }
    return Diagnostic(
      Diagnostic.Code(code.number), .error, "\(expression ?? "expression"): \(message)", at: span, notes: notes,
      help: suggestion.map { "did you mean '\($0)'?" } ?? help)
  }
}

extension ExpressionError.Code {
  var number: Int {
    switch self {
    case .unclosed: 3001
    case .syntax: 3002
    case .unresolved: 3003
    case .null: 3004
    case .typeMismatch: 3005
    case .arithmetic: 3006
    case .wrongArguments: 3007
    case .unknownFunction: 3008
    case .unknownMethod: 3009
    case .outOfBounds: 3010
    case .invalidRegularExpression: 3011
    case .invalidJSON: 3012
    case .notBoolean: 3013
    case .endlessLoop: 3014
    case .tooDeep: 3015
    case .tooLarge: 3016
    case .unsupported: 3017
    case .unavailable: 3018
    case .invalidXML: 3019
    }
  }
}
