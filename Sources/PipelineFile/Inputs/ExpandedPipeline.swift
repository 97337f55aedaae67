package import Model

/// A pipeline file as it is run: templates put in their places, runtime inputs given their values.
package struct ExpandedPipeline: Sendable {
  /// Nil when something is an error.
  package let pipeline: Pipeline?
  /// The whole file's tree after all of it; nil when the file is no YAML.
  package let root: Node?
  /// Those of the pipeline's file first, then those of other files, each in its file's order.
  package let diagnostics: [Diagnostic]
  /// Every runtime input that the pipeline asks for, its templates' among them.
  package let fields: [InputField]
  /// The inputs for which there is neither a value nor a default. They stand in the tree as they were written.
  package let missing: [InputField]
  /// What was given, by path, each as `--input` would take it: what makes the same pipeline again.
  package let values: [String: String]
  /// Files beside the pipeline's own that diagnostics may speak of.
  package let sources: [SourceText]
  /// The templates' files that were used.
  package let templates: [SourceText]
  /// Puts what others find in the pipeline in order, and names the uses of templates.
  package let placing: PlacedDiagnostics

  /// - Parameters:
  ///   - templates: asked for the templates there are, once, if the pipeline uses any.
  ///   - inputs: later ones win.
  /// - Throws: what `templates` throws.
  package static func read<Failure: Error>(
    _ source: SourceText, inputs: [InputSource] = [],
    templates: () throws(Failure) -> (library: TemplateLibrary, diagnostics: [Diagnostic])
  ) throws(Failure) -> ExpandedPipeline {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else { return ExpandedPipeline(unreadable: source, syntax) }
    let problems = Problems()
    syntax.forEach(problems.report)
    var expansion = Expansion(source: source, root: root, problems: problems)
    if TemplateExpander.isNeeded(for: root) {
      let (library, diagnostics) = try templates()
      expansion.putTemplates(library, diagnostics)
    }
    return expansion.finished(inputs)
  }

  /// The same without any templates.
  package static func read(_ source: SourceText, inputs: [InputSource] = []) -> ExpandedPipeline {
    read(source, inputs: inputs) { () throws(Never) in (TemplateLibrary(), []) }
  }

  private init(unreadable source: SourceText, _ diagnostics: [Diagnostic]) {
    self.init(
      pipeline: nil, root: nil, diagnostics: diagnostics, fields: [], missing: [], values: [:], sources: [],
      templates: [], placing: PlacedDiagnostics(main: source.file, uses: [:]))
  }

  fileprivate init(
    pipeline: Pipeline?, root: Node?, diagnostics: [Diagnostic], fields: [InputField], missing: [InputField],
    values: [String: String], sources: [SourceText], templates: [SourceText], placing: PlacedDiagnostics
  ) {
    self.pipeline = pipeline
    self.root = root
    self.diagnostics = diagnostics
    self.fields = fields
    self.missing = missing
    self.values = values
    self.sources = sources
    self.templates = templates
    self.placing = placing
  }
}

/// The passes over one pipeline's tree.
private struct Expansion {
  let source: SourceText
  var root: Node
  let problems: Problems
  var uses: [String: [SourceSpan]] = [:]
  var templates: [SourceText] = []
  var hasInsertions = false

  mutating func putTemplates(_ library: TemplateLibrary, _ diagnostics: [Diagnostic]) {
    guard case .mapping(let mapping) = root, let pipeline = mapping["pipeline"] else { return }
    let expander = TemplateExpander(
      library: library, organization: pipeline.text(of: "orgIdentifier"),
      project: pipeline.text(of: "projectIdentifier"), problems: problems)
    root = expander.expand(root)
    hasInsertions = true
    uses = expander.uses
    // A template that this pipeline has nothing to do with is nothing to complain about here.
    let names = Set(uses.keys)
    let unread = Set(library.sources.map(\.file)).subtracting(library.templates.map(\.span.file))
    diagnostics.filter { $0.span.map { names.contains($0.file) || unread.contains($0.file) } ?? true }
      .forEach(problems.report)
    templates = library.sources.filter { names.contains($0.file) || unread.contains($0.file) }
  }

  mutating func finished(_ inputs: [InputSource]) -> ExpandedPipeline {
    var fields = [InputField]()
    if TreeRewriter.mentionsInput(root) {
      InputSyntax(problems: problems).check(root)
      fields = InputField.fields(of: root)
    }
    let collector = InputCollector(root: root, fields: fields, problems: problems)
    collector.collect(inputs)
    let given = collector.given
    if !fields.isEmpty || !given.isEmpty { root = Self.substituted(root, given) }
    check(given, fields)
    let notRun = Self.stagesNotRunHere(root)
    let open = fields.filter { field in
      given[field.path] == nil && field.isRequired && !(field.stage.map(notRun.contains) ?? false)
    }
    if hasInsertions { root = Insertions.fill(root, main: source.file) }

    let (pipeline, found) = PipelineReader.read(root)
    found.forEach(problems.report)
    if root.child("pipeline") != nil {
      ExpressionCheck.spelling(in: root, sources: [source] + templates + collector.sources).forEach(problems.report)
    }
    let placing = PlacedDiagnostics(main: source.file, uses: uses)
    let diagnostics = placing.arranged(problems.diagnostics)
    return ExpandedPipeline(
      pipeline: diagnostics.contains { $0.severity == .error } ? nil : pipeline, root: root, diagnostics: diagnostics,
      fields: fields, missing: open, values: Self.texts(given, fields), sources: templates + collector.sources,
      templates: templates.filter { uses[$0.file] != nil }, placing: placing)
  }

  private static func substituted(_ root: Node, _ given: [String: GivenValue]) -> Node {
    TreeRewriter.rewrite(root, at: "") { scalar, place in
      if let value = given[place.path], place.isVariable || RuntimeInput.isMeant(by: scalar.text) { return value.node }
      guard RuntimeInput.isMeant(by: scalar.text) else { return nil }
      // One that cannot be read has been reported, and has no default.
      return (try? RuntimeInput(scalar.text)).flatMap { InputField($0, scalar, place).defaultValue }
    }
  }

  private func check(_ given: [String: GivenValue], _ fields: [InputField]) {
    for field in fields {
      guard let value = given[field.path] else { continue }
      let own = InputRules(field)
      let added = value.rules.map { InputRules($0, isNumber: false) }
      guard let refusal = own.refusal(of: value.node, in: root) ?? added?.refusal(of: value.node, in: root) else {
        continue
      }
      problems.report(
        .inputNotAllowed, "the input '\(field.path)': \(refusal.message)", at: value.node.place,
        labels: [Diagnostic.Label(span: field.span, text: "what may be given is said here")], notes: refusal.notes,
        help: "give another value: --input \(field.path)=…")
    }
  }

  /// Stages of types that never run here are not asked about.
  private static func stagesNotRunHere(_ root: Node) -> Set<String> {
    guard case .sequence(let stages)? = root.child("pipeline")?.child("stages") else { return [] }
    let others = ListItem.items(of: stages).filter { item in
      guard let type = item.content.text(of: "type") else { return false }
      return type != "CI" && type != "SecurityTests" && !RuntimeInput.isMeant(by: type)
    }
    return Set(others.compactMap(\.name))
  }

  private static func texts(_ given: [String: GivenValue], _ fields: [InputField]) -> [String: String] {
    let byPath = Dictionary(fields.map { ($0.path, $0) }) { first, _ in first }
    return Dictionary(
      given.map { path, value in (path, InputText.text(of: value.node, isText: byPath[path]?.isText ?? true)) }
    ) { first, _ in first }
  }
}

extension Node {
  /// The value under a key of a mapping; nil for anything else.
  func child(_ key: String) -> Node? {
    if case .mapping(let mapping) = self { mapping[key] } else { nil }
  }
}

extension ExpandedPipeline {
  /// One error that names every input that has to be given.
  ///
  /// - Parameter fields: at least one.
  package static func report(missing fields: [InputField]) -> Diagnostic {
    let count = fields.count == 1 ? "1 runtime input has no value" : "\(fields.count) runtime inputs have no value"
    let flags = fields.map { field in "--input \(field.path)=\(InputField.example(of: field))" }
    return Diagnostic(
      .missingInputs, count + ": " + fields.map(\.path).joined(separator: ", "), at: fields.first?.span,
      labels: fields.dropFirst().map { Diagnostic.Label(span: $0.span, text: $0.path) },
      notes: fields.compactMap { field in field.hint.map { "\(field.path): \($0)" } },
      help: "give \(fields.count == 1 ? "it" : "them"), or name a file that does with --inputs FILE\n"
        + flags.joined(separator: "\n"))
  }
}

extension InputField {
  /// What may be given, in a few words; nil where that is anything.
  package var hint: String? {
    var parts = [String]()
    if let summary { parts.append(summary) }
    switch input.choices {
    case .words(let words):
      let how = input.selection == .one ? "one of " : input.selection == .many ? "some of " : "allowed are "
      parts.append(how + words.map { "'\($0)'" }.joined(separator: ", "))
    case .computed(let expression): parts.append("allowed is what \(Excerpt.quoted(expression)) comes to")
    case nil: break
    }
    if let pattern = input.pattern { parts.append("it has to match '\(pattern)'") }
    if input.isExecutionInput { parts.append("Harness asks for it during the run; here it is asked for before") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  fileprivate static func example(of field: InputField) -> String {
    if case .words(let words) = field.input.choices, let first = words.first, !first.contains(where: \.isWhitespace) {
      return first
    }
    return field.variableKind == "Number" ? "1" : "…"
  }
}
