import Expressions
import Model

/// What may be given for a runtime input.
///
/// As `AllowedValuesValidator` and `RegexValidator` of harness-core have it: numbers are compared as numbers, each element of a list
/// is looked at, and a text with commas is taken apart.
struct InputRules {
  /// Why a value may not be given.
  struct Refusal {
    let message: String
    let notes: [String]
  }

  private let choices: RuntimeInput.Choices?
  private let selection: RuntimeInput.Selection
  private let pattern: String?
  private let isNumber: Bool

  init(_ field: InputField) {
    self.init(field.input, isNumber: field.variableKind == "Number")
  }

  /// - Parameter isNumber: whether only numbers may be given.
  init(_ input: RuntimeInput, isNumber: Bool) {
    choices = input.choices
    selection = input.selection
    pattern = input.pattern
    self.isNumber = isNumber
  }

  static func isPattern(_ text: String) -> Bool {
    // Why it is none is not said in words that would help.
    (try? Regex(text)) != nil
  }

  /// - Parameter root: what expressions among the choices see; nil to let those choices be.
  /// - Returns: nil for a value that may be given, and for one that is known only while the pipeline runs.
  func refusal(of value: Node, in root: Node?) -> Refusal? {
    switch value {
    case .mapping: return nil
    case .scalar(let scalar): return refusal(of: scalar, in: root)
    case .sequence(let sequence):
      if sequence.elements.isEmpty, choices != nil {
        return Refusal(message: "is an empty list, and at least one of the choices is asked for", notes: notes(root))
      }
      if selection == .one, sequence.elements.count > 1 {
        return Refusal(message: "is a list, and one of the choices is asked for", notes: notes(root))
      }
      return sequence.elements.lazy.compactMap { element in
        if case .scalar(let scalar) = element { refusal(of: scalar, in: root) } else { nil }
      }.first
    }
  }

  private func refusal(of scalar: Node.Scalar, in root: Node?) -> Refusal? {
    let text = scalar.text
    if text.mentions("<+") { return nil }
    if isNumber, Double(text.trimmed) == nil {
      return Refusal(message: "\(Excerpt.quoted(text)) is no number", notes: [])
    }
    if let pattern, !matches(text, pattern) {
      return Refusal(
        message: "\(Excerpt.quoted(text)) does not match the regular expression", notes: ["it is '\(pattern)'"])
    }
    guard choices != nil, let allowed = words(in: root) else { return nil }
    if allows(text, allowed) { return nil }
    let parts = selection == .one ? [text.trimmed] : CommaSeparated.split(text)
    let refused = parts.filter { !allows($0, allowed) }
    if refused.isEmpty, parts.count > 1 || selection == .many { return nil }
    let names = refused.isEmpty ? [text] : refused
    return Refusal(
      message: "\(names.map(Excerpt.quoted).joined(separator: ", ")) is not among the allowed values",
      notes: notes(root))
  }

  private func allows(_ word: String, _ allowed: [String]) -> Bool {
    let word = word.trimmed
    if allowed.contains(word) { return true }
    guard let number = Double(word) else { return false }
    return allowed.contains { Double($0) == number }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    // An invalid one is reported where it stands, and forbids nothing.
    guard let regex = try? Regex(pattern) else { return true }
    return (try? regex.wholeMatch(in: text)) != nil
  }

  private func notes(_ root: Node?) -> [String] {
    guard let words = words(in: root) else { return [] }
    return ["allowed are " + words.map { "'\($0)'" }.joined(separator: ", ")]
  }

  // MARK: - Choices

  /// The choices with their expressions evaluated; nil when there are none, or one of them is known only while the pipeline runs.
  func words(in root: Node?) -> [String]? {
    switch choices {
    case nil: return nil
    case .words(let words):
      guard words.contains(where: { $0.mentions("<+") }) else { return words }
      guard let root else { return nil }
      var result = [String]()
      for word in words {
        guard let rendered = render(word, root) else { return nil }
        result += CommaSeparated.split(rendered)
      }
      return result
    case .computed(let expression):
      guard let root else { return nil }
      // The older way to write expressions, which Harness's own examples still have.
      let text = expression.replacing("${", with: "<+").replacing("}", with: ">")
      let scope = PipelineScope(root: root)
      // What cannot be evaluated before the run is not checked before the run.
      guard let value = try? ExpressionEvaluator(scope: scope, now: { .zero }).evaluate(text) else { return nil }
      switch value {
      case .string(let list): return CommaSeparated.split(list)
      case .list(let values): return values.compactMap(\.string)
      default: return nil
      }
    }
  }

  private func render(_ word: String, _ root: Node) -> String? {
    // As above.
    try? ExpressionEvaluator(scope: PipelineScope(root: root), now: { .zero }).render(word)
  }
}

/// What is known of a pipeline before it runs: what its file says.
struct PipelineScope: ExpressionScope {
  let root: Node

  func value(of path: [String]) throws(ExpressionError) -> Value? {
    let wanted = path.joined(separator: ".")
    let found = Found()
    TreeRewriter.visit(root, at: "") { scalar, place in
      if place.path == wanted { found.value = scalar.value }
    }
    return found.value
  }

  func names(in path: [String]) -> [String] { [] }

  private final class Found {
    var value: Value?
  }
}
