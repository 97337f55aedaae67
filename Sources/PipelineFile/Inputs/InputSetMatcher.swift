import Model

/// Finds what an input set gives for which runtime input: both are trees of the same shape, in which the items of lists are
/// matched by identifier, and variables by name.
///
/// `templateInputs` of a template's use are given in the same form for the runtime inputs of the template.
struct InputSetMatcher {
  /// What the values are given for.
  enum Target {
    case pipeline
    case template
  }

  let target: Target
  /// Whose values they are, as messages name it.
  let origin: String
  let problems: Problems
  /// By path.
  private(set) var given: [String: GivenValue] = [:]
  /// Inputs of a template that its user leaves open.
  private(set) var open: Set<String> = []

  init(_ target: Target, origin: String, problems: Problems) {
    self.target = target
    self.origin = origin
    self.problems = problems
  }

  /// - Parameter path: of `tree`.
  mutating func match(_ values: Node, with tree: Node, at path: String) {
    if values.isNull { return }
    switch (tree, values) {
    case (.scalar(let scalar), _) where RuntimeInput.isMeant(by: scalar.text): take(values, for: scalar, at: path)
    case (_, .scalar(let scalar)) where RuntimeInput.isMeant(by: scalar.text): break
    case (.mapping(let mapping), .mapping(let entries)): match(entries, with: mapping, at: path)
    case (.sequence(let sequence), .sequence(let items)): match(items, with: sequence, at: path)
    default:
      if tree.value != values.value { reportFixed(values, tree, path) }
    }
  }

  // MARK: - Mappings

  private static let names: Set = [
    "identifier", "name", "type", "description", "required", "default", "metadata", "tags", "templateRef",
    "versionLabel",
  ]

  private mutating func match(_ values: Node.Mapping, with tree: Node.Mapping, at path: String) {
    for entry in values.entries where !entry.value.isNull {
      let key = entry.key.text
      if let node = tree[key] {
        if case .scalar(let scalar) = node, Self.names.contains(key), !RuntimeInput.isMeant(by: scalar.text) {
          continue
        }
        match(entry.value, with: node, at: TreeRewriter.joined(path, key))
      } else if key == "template", case .mapping(let link) = entry.value {
        // The template's use has become what the template holds.
        for part in ["templateInputs", "templateVariables"] {
          if let inputs = link[part] { match(inputs, with: .mapping(tree), at: path) }
        }
      } else if !Self.names.contains(key) {
        reportUnknown(entry.key, among: tree, path)
      }
    }
  }

  // MARK: - Lists

  private mutating func match(_ values: Node.Sequence, with tree: Node.Sequence, at path: String) {
    let items = ListItem.items(of: tree)
    for (number, item) in ListItem.items(of: values).enumerated() {
      guard let name = item.name else {
        guard tree.elements.indices.contains(number) else { continue }
        match(values.elements[number], with: tree.elements[number], at: path + "[\(number)]")
        continue
      }
      guard let own = items.first(where: { $0.name == name && $0.wrapper == item.wrapper }) else {
        reportUnknown(item, named: name, among: items, path)
        continue
      }
      let place = TreeRewriter.joined(path, name)
      if own.isVariable, case .mapping(let mapping) = own.content, case .mapping(let values) = item.content {
        guard let value = values["value"] else { continue }
        match(
          value, with: mapping["value"] ?? .scalar(Node.Scalar(text: "", style: .plain, span: value.span)), at: place)
      } else {
        match(item.content, with: own.content, at: place)
      }
    }
  }

  // MARK: - Values

  private mutating func take(_ values: Node, for scalar: Node.Scalar, at path: String) {
    guard case .scalar(let value) = values else {
      given[path] = GivenValue(node: values, origin: origin)
      return
    }
    if RuntimeInput.isMeant(by: value.text) {
      guard target == .template else { return }
      open.insert(path)
      // What the user of the template writes behind the input counts instead of what the template says.
      if value.text.trimmed != RuntimeInput.marker { given[path] = GivenValue(node: values, origin: origin) }
      return
    }
    if let (text, rules) = RuntimeInput.validated(value.text) {
      let node = Node.Scalar(text: text, style: value.style, span: value.span)
      given[path] = GivenValue(node: .scalar(node), rules: rules, origin: origin)
    } else {
      given[path] = GivenValue(node: values, origin: origin)
    }
  }

  // MARK: - Reports

  private var receiver: String { target == .pipeline ? "pipeline" : "template" }

  private func reportFixed(_ values: Node, _ tree: Node, _ path: String) {
    problems.report(
      target == .pipeline ? .notAnInput : .unknownTemplateInput, .warning,
      "\(origin) gives a value for '\(path)', which the \(receiver) does not leave open", at: values.place,
      labels: [Diagnostic.Label(span: tree.place, text: "this counts")],
      help: "write '<+input>' there if it is to be given, or remove it here")
  }

  private func reportUnknown(_ key: Node.Scalar, among tree: Node.Mapping, _ path: String) {
    let keys = tree.entries.map(\.key.text)
    let place = path.isEmpty ? "" : " at '\(path)'"
    problems.report(
      target == .pipeline ? .unknownInput : .unknownTemplateInput, .warning,
      "\(origin): the \(receiver) has no \(Excerpt.quoted(key.text))\(place)", at: key.span,
      notes: ["what is given there has no effect"], help: Excerpt.suggestion(for: key.text, among: keys))
  }

  private func reportUnknown(_ item: ListItem, named name: String, among items: [ListItem], _ path: String) {
    let names = items.filter { $0.wrapper == item.wrapper }.compactMap(\.name)
    let what = item.wrapper ?? (item.isVariable ? "variable" : "item")
    problems.report(
      target == .pipeline ? .unknownInput : .unknownTemplateInput, .warning,
      "\(origin): the \(receiver) has no \(what == "stepGroup" ? "step group" : what) \(Excerpt.quoted(name))",
      at: item.content.place, notes: ["what is given there has no effect"],
      help: Excerpt.suggestion(for: name, among: names))
  }
}
