import Model

/// The identifiers of one level of a pipeline, where each may occur once. Parallel blocks make no level of their own.
final class Identifiers {
  private var places: [Identifier: SourceSpan] = [:]
  private let what: String

  /// - Parameter what: what the identifiers are of, as messages call it: "step", "stage".
  init(of what: String) { self.what = what }

  /// Whether a stage or step of this name came before.
  func contains(_ identifier: Identifier) -> Bool { places[identifier] != nil }

  var names: [String] { places.keys.map(\.description).sorted() }

  fileprivate func register(_ identifier: Identifier, at span: SourceSpan, problems: Problems) {
    guard let first = places[identifier] else {
      places[identifier] = span
      return
    }
    problems.report(
      .duplicateIdentifier, "two \(what)s have the identifier '\(identifier)'", at: span,
      labels: [Diagnostic.Label(span: first, text: "first here")], help: "give one of them another identifier")
  }
}

extension Fields {
  /// The `identifier` of a stage, group or step.
  func identifier(in level: Identifiers) -> Identifier? {
    guard let text = requiredText("identifier", example: "my_name"), let identifier = identifier(text) else {
      return nil
    }
    level.register(identifier, at: text.span ?? place, problems: problems)
    return identifier
  }

  /// Reports a text that is no identifier.
  func identifier(_ text: Text) -> Identifier? {
    if text.hasExpressions {
      problems.report(
        .invalidIdentifier, "\(owner): an identifier is no place for an expression such as \(Excerpt.quoted(text.raw))",
        at: text.span, help: "write the identifier itself")
      return nil
    }
    do {
      return try Identifier(text.raw)
    } catch {
      let reason: String =
        switch error {
        case .empty: "is empty"
        case .tooLong: "is longer than 128 characters"
        case .invalidCharacter: "can hold only letters, digits and '_', and does not start with a digit"
        }
      problems.report(
        .invalidIdentifier, "\(owner): the identifier \(Excerpt.quoted(text.raw)) \(reason)", at: text.span,
        help: Self.corrected(text.raw).map { "for example '\($0)'" })
      return nil
    }
  }

  /// The nearest identifier, where only blanks, dots or hyphens were in the way.
  private static func corrected(_ text: String) -> String? {
    func isName(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || [" ", "-", "_", "."].contains(scalar)
    }
    guard text.unicodeScalars.allSatisfy(isName) else { return nil }
    let word = String(
      text.unicodeScalars.prefix(128).map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
      })
    guard let first = word.first else { return nil }
    let name = first.isNumber ? "_" + word.prefix(127) : word
    return name.contains { $0 != "_" } ? name : nil
  }
}
