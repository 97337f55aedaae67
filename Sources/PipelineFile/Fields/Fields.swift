import Model

/// The keys of one mapping, read by name and by type. What is missing or does not fit is reported where it stands.
///
/// A key without a value counts as absent everywhere, as Harness takes it.
struct Fields {
  let mapping: Node.Mapping
  /// The key that the mapping stands under: `spec`; nil at the top of a file.
  let key: String?
  /// Whose mapping it is, as messages name it: "step 'BuildOnly'".
  let owner: String
  /// Where a missing key is reported: usually the key that the mapping stands under.
  let place: SourceSpan
  let problems: Problems

  func node(_ key: String) -> Node? {
    guard let node = mapping[key], !node.isNull else { return nil }
    return node
  }

  func has(_ key: String) -> Bool { node(key) != nil }

  /// The key's own place, for a message about it.
  func place(of key: String) -> SourceSpan {
    mapping.entries.first { $0.key.text == key }?.key.span ?? place
  }

  func require(_ key: String, example: String = "…") -> Node? {
    if let node = node(key) { return node }
    reportMissing(key, example: example)
    return nil
  }

  func reportMissing(_ key: String, example: String = "…") {
    let isEmpty = mapping[key] != nil
    problems.report(
      .missingKey, "\(owner): '\(key)' is \(isEmpty ? "empty" : "missing")", at: place(of: key),
      help: isEmpty
        ? "give it a value, as in '\(key): \(example)'"
        : "add '\(key): \(example)'\(self.key.map { " under '\($0):'" } ?? "")")
  }

  // MARK: - Scalars

  /// A string as it is written, be it quoted, a number or a boolean; an empty one counts as absent.
  func text(_ key: String) -> Text? {
    guard let text = anyText(key), !text.raw.isEmpty else { return nil }
    return text
  }

  /// The same, where an empty string is a value like any other.
  func anyText(_ key: String) -> Text? {
    guard let node = node(key) else { return nil }
    return text(of: node, called: key)
  }

  func requiredText(_ key: String, example: String = "…") -> Text? {
    guard let node = require(key, example: example) else { return nil }
    guard let text = text(of: node, called: key) else { return nil }
    guard text.raw.isEmpty else { return text }
    problems.report(
      .missingKey, "\(owner): '\(key)' is empty", at: node.span, help: "give it a value, as in '\(key): \(example)'")
    return nil
  }

  func text(of node: Node, called key: String) -> Text? {
    guard case .scalar(let scalar) = node else {
      reportWrongType(key, node, expected: "a string")
      return nil
    }
    return Text(scalar.text, at: scalar.span)
  }

  func boolean(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node else {
      reportWrongType(key, node, expected: "'true' or 'false'")
      return nil
    }
    switch scalar.text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default:
      if !leaveOpen(key, scalar) {
        problems.report(
          .wrongType, "\(owner): '\(key)' must be true or false, not \(Excerpt.kind(of: node))", at: scalar.span,
          help: "write 'true' or 'false'")
      }
      return nil
    }
  }

  /// One of a closed list of words. Another case is accepted with a note, as the server accepts it.
  func choice<Choice: RawRepresentable<String>>(_ key: String, of choices: [Choice]) -> Choice? {
    guard let node = node(key), node.scalarText != "" else { return nil }
    return choice(node, called: key, of: choices)
  }

  func requiredChoice<Choice: RawRepresentable<String>>(
    _ key: String, of choices: [Choice], example: Choice? = nil
  ) -> Choice? {
    guard let node = require(key, example: (example ?? choices.first)?.rawValue ?? "…") else { return nil }
    return choice(node, called: key, of: choices)
  }

  func choice<Choice: RawRepresentable<String>>(_ node: Node, called key: String, of choices: [Choice]) -> Choice? {
    let words = choices.map(\.rawValue)
    guard case .scalar(let scalar) = node else {
      reportWrongType(key, node, expected: "one of \(Excerpt.alternatives(words))")
      return nil
    }
    if let exact = choices.first(where: { $0.rawValue == scalar.text }) { return exact }
    if leaveOpen(key, scalar) { return nil }
    let lowered = scalar.text.utf8.count <= 128 ? scalar.text.lowercased() : scalar.text
    if let other = choices.first(where: { $0.rawValue.lowercased() == lowered }) {
      problems.report(
        .otherCase, .note, "\(owner): '\(scalar.text)' is read as '\(other.rawValue)'", at: scalar.span,
        help: "write '\(other.rawValue)'", fix: DiagnosticFix(rewording: scalar, as: other.rawValue, .safe))
      return other
    }
    // Many things have a type: the message says which.
    let name = key == "type" ? [self.key, key].compactMap(\.self).joined(separator: ".") : key
    problems.report(
      .unknownValue, "\(owner): \(Excerpt.quoted(scalar.text)) is no value of '\(name)'", at: scalar.span,
      notes: ["it can be \(Excerpt.alternatives(words))"], help: Excerpt.suggestion(for: scalar.text, among: words))
    return nil
  }

  /// Notes an expression where the value has to be known when the file is read.
  func leaveOpen(_ key: String, _ scalar: Node.Scalar) -> Bool {
    guard scalar.text.mentions("<+") else { return false }
    problems.leaveOpen(OpenValue(owner: owner, key: key, text: Text(scalar.text, at: scalar.span)))
    return true
  }

  // MARK: - Lists and mappings

  /// A list; anything else is reported.
  func sequence(_ key: String, of what: String) -> Node.Sequence? {
    guard let node = node(key) else { return nil }
    if case .sequence(let sequence) = node { return sequence }
    if case .scalar(let scalar) = node, leaveOpen(key, scalar) { return nil }
    reportWrongType(key, node, expected: "a list of \(what)")
    return nil
  }

  func fields(_ key: String) -> Fields? {
    guard let node = node(key) else { return nil }
    return fields(node, under: key)
  }

  func requiredFields(_ key: String) -> Fields? {
    guard let node = require(key) else { return nil }
    return fields(node, under: key)
  }

  func fields(_ node: Node, under key: String, owner: String? = nil, place: SourceSpan? = nil) -> Fields? {
    switch node {
    case .mapping(let mapping):
      return Fields(
        mapping: mapping, key: key, owner: owner ?? self.owner, place: place ?? self.place(of: key), problems: problems)
    case .scalar(let scalar) where leaveOpen(key, scalar): return nil
    default:
      // With a place of its own it is an item of a list, not the value of the key.
      let what = owner ?? (place == nil ? "\(self.owner): '\(key)'" : "\(self.owner): an item of '\(key)'")
      problems.report(.wrongType, "\(what) must be a mapping, not \(Excerpt.kind(of: node))", at: node.place)
      return nil
    }
  }

  /// A list of strings, or one string in its place: an expression that comes to a list.
  func texts(_ key: String) -> [Text] {
    switch node(key) {
    case nil: return []
    case .sequence(let sequence):
      return sequence.elements.compactMap { $0.isNull ? nil : text(of: $0, called: key) }
    case .scalar(let scalar): return scalar.text.isEmpty ? [] : [Text(scalar.text, at: scalar.span)]
    case .mapping(let mapping):
      reportWrongType(key, .mapping(mapping), expected: "a list of strings")
      return []
    }
  }

  /// A mapping from names to strings. A name without a value has the empty string.
  func namedTexts(_ key: String) -> [NamedText] {
    guard let fields = fields(key) else { return [] }
    return fields.mapping.entries.compactMap { entry in
      if entry.value.isNull { return NamedText(entry.key.text, Text("", at: entry.value.span)) }
      return fields.text(of: entry.value, called: entry.key.text).map { NamedText(entry.key.text, $0) }
    }
  }

  // MARK: - Reports

  func reportWrongType(_ key: String, _ node: Node, expected: String) {
    problems.report(
      .wrongType, "\(owner): '\(key)' must be \(expected), not \(Excerpt.kind(of: node))", at: node.place)
  }

  /// Warns about keys that nothing reads, since they are most often misspelt ones.
  ///
  /// - Parameter tolerated: what Harness's editor leaves behind, and what has no meaning on this machine.
  func checkKeys(
    _ known: [String], tolerated: [String] = [], severity: Diagnostic.Severity = .warning,
    code: Diagnostic.Code = .unknownKey
  ) {
    // The lists are short: making a set of them costs more than going through them.
    let unknown = mapping.entries.filter { entry in
      let name = entry.key.text
      return !known.contains(name) && !tolerated.contains(name) && !Self.residue.contains(name)
    }
    for entry in unknown.prefix(Self.mostUnknownKeys) {
      let candidates = known.filter { !has($0) }
      let nearest = Excerpt.nearest(to: entry.key.text, among: candidates)
      problems.report(
        code, severity, "\(owner): unknown key \(Excerpt.quoted(entry.key.text))\(key.map { " under '\($0)'" } ?? "")",
        at: entry.key.span, help: nearest.map { "did you mean '\($0)'?" },
        fix: nearest.flatMap { name in
          mapping[name] == nil
            ? DiagnosticFix(
              rewording: entry.key, as: name,
              Spelling.differsInStyleOnly(entry.key.text, name) ? .safe : .needsJudgement)
            : nil
        })
    }
  }

  /// Harness's editor leaves `contextType: Pipeline` beside steps; it has no meaning.
  private static let residue = ["contextType"]
  /// A mapping with more unknown keys than this is something else altogether; the first ones say so.
  private static let mostUnknownKeys = 20
}

extension Node {
  var isNull: Bool {
    if case .scalar(let scalar) = self { scalar.value == .null } else { false }
  }

  /// Where a message about the value points: a scalar whole, of anything larger only the start.
  var place: SourceSpan {
    if case .scalar = self { span } else { SourceSpan(file: span.file, start: span.start, end: span.start) }
  }
}
