import Model

/// The variables that a template declares beside its `spec`, and what its user gives for them.
///
/// Within the template `<+template.variables.NAME>` and `<+spec.variables.NAME>` stand for them. They are put in as text, before
/// anything is evaluated.
struct TemplateVariables {
  private let template: Template
  private let problems: Problems
  private var values: [String: Node] = [:]
  private var declared: [String: SourceSpan] = [:]

  init(_ template: Template, problems: Problems) {
    self.template = template
    self.problems = problems
    guard case .sequence(let list)? = template.variables else { return }
    for item in ListItem.items(of: list) {
      guard let name = item.name, case .mapping(let mapping) = item.content else { continue }
      declared[name] = mapping["name"]?.span ?? mapping.span
      for key in ["value", "default"] {
        guard values[name] == nil, let node = mapping[key], !node.isNull else { continue }
        guard case .scalar(let scalar) = node, RuntimeInput.isMeant(by: scalar.text) else {
          values[name] = node
          continue
        }
        // An input that cannot be read has no default either.
        if let text = (try? RuntimeInput(scalar.text))?.defaultText {
          values[name] = .scalar(Node.Scalar(text: text, style: .plain, span: scalar.span))
        }
      }
    }
  }

  /// `templateVariables`: a mapping from names to values, or a list of names with values.
  mutating func take(_ node: Node) {
    switch node {
    case .mapping(let mapping):
      for entry in mapping.entries where !entry.value.isNull { set(entry.key.text, entry.value, at: entry.key.span) }
    case .sequence(let list):
      for item in ListItem.items(of: list) {
        guard let name = item.name, case .mapping(let mapping) = item.content, let value = mapping["value"],
          !value.isNull
        else { continue }
        set(name, value, at: mapping["name"]?.span ?? mapping.span)
      }
    case .scalar: break
    }
  }

  /// Takes the variables out of `templateInputs`, where they stand under `variables` or `spec.variables`.
  mutating func takeOut(_ inputs: Node) -> Node {
    guard !declared.isEmpty, case .mapping(let mapping) = inputs else { return inputs }
    let entries = mapping.entries.compactMap { entry -> Node.Mapping.Entry? in
      if entry.key.text == "variables", isOwn(entry.value) {
        take(entry.value)
        return nil
      }
      guard entry.key.text == "spec", case .mapping(let spec) = entry.value, let node = spec["variables"], isOwn(node)
      else { return entry }
      take(node)
      let rest = spec.entries.filter { $0.key.text != "variables" }
      return Node.Mapping.Entry(key: entry.key, value: .mapping(Node.Mapping(entries: rest, span: spec.span)))
    }
    return .mapping(Node.Mapping(entries: entries, span: mapping.span))
  }

  /// Whether names are those of the template's own variables, and not those of the stage that it holds.
  private func isOwn(_ node: Node) -> Bool {
    switch node {
    case .mapping(let mapping): true && !mapping.entries.isEmpty
    case .sequence(let list): ListItem.items(of: list).contains { $0.name.map { declared[$0] != nil } ?? false }
    case .scalar: false
    }
  }

  private mutating func set(_ name: String, _ value: Node, at span: SourceSpan) {
    guard declared[name] != nil else {
      problems.report(
        .unknownTemplateVariable, .warning, "the template \(template.title) has no variable \(Excerpt.quoted(name))",
        at: span, notes: ["what is given there has no effect"],
        help: Excerpt.suggestion(for: name, among: declared.keys.sorted()))
      return
    }
    if case .scalar(let scalar) = value, scalar.text.trimmed == RuntimeInput.marker, values[name] != nil { return }
    values[name] = value
  }

  // MARK: - Substitution

  private static let prefixes = ["<+template.variables.", "<+spec.variables."]

  func substitute(in spec: Node) -> Node {
    guard !declared.isEmpty else { return spec }
    return TreeRewriter.rewrite(spec, at: "") { scalar, _ in
      guard Self.prefixes.contains(where: { scalar.text.contains($0) }) else { return nil }
      let whole = scalar.text.trimmed
      for prefix in Self.prefixes where whole.hasPrefix(prefix) && whole.hasSuffix(">") {
        let name = String(whole.dropFirst(prefix.count).dropLast())
        if declared[name] != nil { return value(of: name, at: scalar.span) }
      }
      var text = scalar.text
      for name in declared.keys.sorted() {
        for prefix in Self.prefixes where text.contains("\(prefix)\(name)>") {
          guard case .scalar(let value)? = value(of: name, at: scalar.span) else { continue }
          text = text.replacing("\(prefix)\(name)>", with: value.text)
        }
      }
      return .scalar(Node.Scalar(text: text, style: scalar.style, span: scalar.span))
    }
  }

  private func value(of name: String, at span: SourceSpan) -> Node? {
    if let value = values[name] { return value }
    problems.report(
      .unknownTemplateVariable, "the template \(template.title) needs its variable '\(name)', and nothing gives it",
      at: span, labels: declared[name].map { [Diagnostic.Label(span: $0, text: "it has no default")] } ?? [],
      help: "give it where the template is used: 'templateVariables: {\(name): …}'")
    return nil
  }
}
