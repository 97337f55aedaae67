import Model

/// The value of a plugin's setting as its environment variable, by the rules of Harness's `SerializerUtils`.
///
/// A scalar is its text, a list of scalars is joined by commas, and everything else is JSON as Jackson's pretty printer writes it.
enum PluginSetting {
  static func text(of node: Model.Node, evaluator: StepEvaluator) throws -> String {
    if let text = try scalarText(node, evaluator) { return text }
    let texts = try node.elements.map { try scalarText($0, evaluator) }
    if case .sequence = node, case let scalars = texts.compactMap({ $0 }), scalars.count == texts.count {
      return scalars.joined(separator: ",")
    }
    return json(try rendered(node, evaluator), indentation: "")
  }

  private static func scalarText(_ node: Model.Node, _ evaluator: StepEvaluator) throws -> String? {
    guard case .scalar(let scalar) = node else { return nil }
    return scalar.value == .null ? "" : try evaluator.render(Text(scalar.text, at: scalar.span))
  }

  /// Unlike what the ledger keeps, with its secrets.
  private static func rendered(_ node: Model.Node, _ evaluator: StepEvaluator) throws -> Value {
    switch node {
    case .scalar(let scalar):
      guard scalar.text.mentions("<+") else { return scalar.value }
      return .string(try evaluator.render(Text(scalar.text, at: scalar.span)))
    case .sequence(let sequence): return .list(try sequence.elements.map { try rendered($0, evaluator) })
    case .mapping(let mapping):
      return .map(
        Dictionary(try mapping.entries.map { ($0.key.text, try rendered($0.value, evaluator)) }) { _, last in last })
    }
  }

  private static func json(_ value: Value, indentation: String) -> String {
    let inner = indentation + "  "
    switch value {
    case .list(let elements):
      guard !elements.isEmpty else { return "[ ]" }
      return "[ " + elements.map { json($0, indentation: indentation) }.joined(separator: ", ") + " ]"
    case .map(let entries):
      guard !entries.isEmpty else { return "{ }" }
      let lines = entries.sorted { $0.key < $1.key }.map { key, value in
        inner + Value.string(key).canonicalJSON + " : " + json(value, indentation: inner)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + indentation + "}"
    default: return value.canonicalJSON
    }
  }
}
