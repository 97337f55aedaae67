package import Expressions
package import Model

/// Evaluates the fields of one step or stage, at the moment it starts.
package struct StepEvaluator: Sendable {
  private let evaluator: ExpressionEvaluator
  private let masker: Masker

  package init(scope: any ExpressionScope, clock: EngineClock, masker: Masker) {
    evaluator = ExpressionEvaluator(scope: scope) { .milliseconds(clock.now().milliseconds) }
    self.masker = masker
  }

  /// - Throws: ``StepFailure`` that names the field's place in the file and the expression.
  package func render(_ text: Text) throws -> String {
    do {
      return try evaluator.render(text.raw)
    } catch {
      throw Self.failure(error, at: text.span)
    }
  }

  /// The value of a field that may be more than a text: a list, a mapping.
  package func value(_ text: Text) throws -> Value {
    do {
      return try evaluator.value(of: text.raw)
    } catch {
      throw Self.failure(error, at: text.span)
    }
  }

  /// A Boolean field: nil when it is absent or empty.
  package func bool(_ text: Text?, field: String) throws -> Bool? {
    guard let text else { return nil }
    switch try render(text).lowercased() {
    case "true": return true
    case "false": return false
    case "", "null": return nil
    case let other:
      throw StepFailure(
        .configuration, "\(text.span.map { "\($0): " } ?? "")\(field) must be true or false, and is '\(other)'")
    }
  }

  /// A word of a closed list; an expression may come to it in upper or lower case.
  package func word<Word: RawRepresentable<String> & CaseIterable & Hashable & Sendable>(
    _ value: FieldValue<Word>, field: String
  ) throws -> Word {
    switch value {
    case .literal(let word, _): return word
    case .expression(let text):
      let rendered = try render(text).lowercased()
      if let word = Word.allCases.first(where: { $0.rawValue.lowercased() == rendered }) { return word }
      throw StepFailure(
        .configuration,
        "\(text.span.map { "\($0): " } ?? "")\(field) must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")), and is '\(rendered)'"
      )
    }
  }

  package func seconds(_ text: Text?, field: String) throws -> Seconds? {
    guard let text else { return nil }
    let rendered = try render(text)
    guard !rendered.isEmpty else { return nil }
    do {
      return try Seconds(parsing: rendered)
    } catch {
      throw StepFailure(
        .configuration,
        "\(text.span.map { "\($0): " } ?? "")\(field) must be a duration such as 10s, 5m or 1h 30m, and is '\(rendered)'"
      )
    }
  }

  package func condition(_ text: Text) throws(ExpressionError) -> Bool {
    try evaluator.condition(text.raw)
  }

  /// A whole part of the pipeline file with everything in it evaluated and every secret masked: what the ledger keeps.
  package func resolved(_ node: Model.Node) throws -> Value {
    switch node {
    case .scalar(let scalar):
      guard scalar.text.mentions("<+") else { return masked(scalar.value) }
      do {
        return masked(try evaluator.value(of: scalar.text))
      } catch {
        throw Self.failure(error, at: scalar.span)
      }
    case .sequence(let sequence): return .list(try sequence.elements.map(resolved))
    case .mapping(let mapping):
      var entries: [String: Value] = [:]
      for entry in mapping.entries { entries[entry.key.text] = try resolved(entry.value) }
      return .map(entries)
    }
  }

  /// Whether a secret stands in the text, in any of its forms.
  package func holdsSecret(_ text: String) -> Bool { masker.mask(text) != text }

  /// The text with every secret replaced.
  package func masked(_ text: String) -> String { masker.mask(text) }

  private func masked(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(masker.mask(text))
    case .list(let elements): .list(elements.map(masked))
    case .map(let entries): .map(entries.mapValues(masked))
    case .null, .bool, .integer, .double: value
    }
  }

  private static func failure(_ error: ExpressionError, at span: SourceSpan?) -> StepFailure {
    StepFailure(.configuration, "\(span.map { "\($0): " } ?? "")\(error)")
  }
}
