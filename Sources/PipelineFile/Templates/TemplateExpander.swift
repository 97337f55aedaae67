import Model

/// Puts what templates hold in the place of the references to them. Every value keeps the place that it was written at.
final class TemplateExpander {
  /// A template within a template within …, further than anybody writes.
  static let greatestDepth = 20
  /// Values that templates may come to, all uses together, before it is taken for an attack or a mistake.
  static let mostValues = 500_000

  private let library: TemplateLibrary
  private let organization: String?
  private let project: String?
  let problems: Problems
  /// By the template's file: where it is used, in the order of the uses.
  private(set) var uses: [String: [SourceSpan]] = [:]
  private var values = 0
  private var saidAssumed: Set<TemplateReference> = []
  private var isFull = false

  init(library: TemplateLibrary, organization: String?, project: String?, problems: Problems) {
    self.library = library
    self.organization = organization
    self.project = project
    self.problems = problems
  }

  /// Whether a tree refers to templates at all.
  static func isNeeded(for node: Node) -> Bool {
    switch node {
    case .scalar: false
    case .sequence(let sequence): sequence.elements.contains(where: isNeeded)
    case .mapping(let mapping):
      mapping.entries.contains { entry in
        if entry.key.text == "template", entry.value.text(of: "templateRef") != nil { return true }
        if entry.key.text == "insert", case .mapping = entry.value { return true }
        return isNeeded(for: entry.value)
      }
    }
  }

  func expand(_ root: Node) -> Node { expand(root, within: []) }

  // MARK: - Walk

  private func expand(_ node: Node, within stack: [Use]) -> Node {
    switch node {
    case .scalar: return node
    case .sequence(let sequence):
      return .sequence(
        Node.Sequence(elements: sequence.elements.map { expand($0, within: stack) }, span: sequence.span))
    case .mapping(let mapping):
      let entries = mapping.entries.map { entry -> Node.Mapping.Entry in
        let kind = Template.Kind.allCases.first { $0.key == entry.key.text }
        if let kind, case .mapping(let user) = entry.value, case .mapping(let link)? = user["template"],
          link["templateRef"] != nil
        {
          return Node.Mapping.Entry(key: entry.key, value: instance(of: kind, user, link, within: stack))
        }
        return Node.Mapping.Entry(key: entry.key, value: expand(entry.value, within: stack))
      }
      return .mapping(Node.Mapping(entries: entries, span: mapping.span))
    }
  }

  /// A template that is being put in place.
  private struct Use {
    let template: Template
    let span: SourceSpan
  }

  // MARK: - One use

  private func instance(
    of kind: Template.Kind, _ user: Node.Mapping, _ link: Node.Mapping, within stack: [Use]
  ) -> Node {
    let unchanged = Node.mapping(user)
    guard let reference = reference(link), let template = find(reference, kind, link) else { return unchanged }
    let span = reference.span
    guard isBounded(template, at: span, within: stack) else { return unchanged }
    uses[template.span.file, default: []].append(span)

    guard case .mapping(let spec) = filled(template, link, within: stack) else { return unchanged }
    var entries = user.entries.filter { $0.key.text != "template" }
    let own = Set(entries.map(\.key.text))
    reportBeside(entries, spec, template)
    entries += spec.entries.filter { !own.contains($0.key.text) && $0.key.text != "stageType" }
    return expand(
      .mapping(Node.Mapping(entries: entries, span: user.span)), within: stack + [Use(template: template, span: span)])
  }

  /// The template's `spec` with what the use gives for its inputs and variables.
  private func filled(_ template: Template, _ link: Node.Mapping, within stack: [Use]) -> Node {
    var variables = TemplateVariables(template, problems: problems)
    var inputs: Node?
    if let given = link["templateInputs"], !given.isNull {
      // What stands there was written by the user of the template, and its templates are seen from there.
      inputs = variables.takeOut(expand(given, within: stack))
    }
    if let given = link["templateVariables"] { variables.take(given) }
    let spec = variables.substitute(in: template.spec)
    var matcher = InputSetMatcher(.template, origin: "'templateInputs' of \(template.title)", problems: problems)
    if let inputs { matcher.match(inputs, with: spec, at: "") }
    let (given, open) = (matcher.given, matcher.open)
    return TreeRewriter.rewrite(spec, at: "") { scalar, place in
      guard RuntimeInput.isMeant(by: scalar.text) else { return nil }
      // One that cannot be read is reported with the other inputs.
      guard let input = try? RuntimeInput(scalar.text) else { return given[place.path]?.node }
      let field = InputField(input, scalar, place)
      if let value = given[place.path] {
        self.check(value, field, template, in: spec)
        return value.node
      }
      // As Harness has it: a default in a template counts unless its user leaves the input open.
      guard let defaultValue = field.defaultValue, !input.isExecutionInput, !open.contains(place.path) else {
        return nil
      }
      return defaultValue
    }
  }

  private func check(_ value: GivenValue, _ field: InputField, _ template: Template, in spec: Node) {
    guard let refusal = InputRules(field).refusal(of: value.node, in: spec) else { return }
    problems.report(
      .inputNotAllowed, "the template \(template.title), input '\(field.path)': \(refusal.message)",
      at: value.node.place,
      labels: [Diagnostic.Label(span: field.span, text: "what may be given is said here")], notes: refusal.notes)
  }

  // MARK: - Reference

  private func reference(_ link: Node.Mapping) -> TemplateReference? {
    let fields = Fields(
      mapping: link, key: "template", owner: "the reference to a template",
      place: link.entries.first?.key.span ?? link.span, problems: problems)
    fields.checkKeys([
      "templateRef", "versionLabel", "label", "templateInputs", "templateVariables", "templateOverrides", "gitBranch",
    ])
    guard let text = fields.requiredText("templateRef", example: "account.my_template") else { return nil }
    do {
      return TemplateReference(
        reference: try ScopedReference(text.raw), text: text, versionLabel: fields.text("versionLabel"),
        span: text.span ?? link.span)
    } catch {
      problems.report(
        .unknownTemplate, "\(Excerpt.quoted(text.raw)) is no reference to a template", at: text.span,
        help: "name a template by its identifier, alone or as 'org.identifier' or 'account.identifier'")
      return nil
    }
  }

  private func find(_ reference: TemplateReference, _ kind: Template.Kind, _ link: Node.Mapping) -> Template? {
    let template: Template
    switch library.template(reference, organization: organization, project: project) {
    case .found(let found): template = found
    case .assumed(let found, let labels):
      template = found
      if saidAssumed.insert(reference).inserted {
        problems.report(
          .assumedStableVersion, .note,
          "\(Excerpt.quoted(reference.text.raw)) without 'versionLabel' is taken to mean \(found.versionLabel.map { "'\($0)'" } ?? "the one without a version")",
          at: reference.span,
          notes: [
            "Harness takes the version that is marked as stable on its server; here it is the highest of "
              + labels.map { "'\($0)'" }.joined(separator: ", ")
          ], help: "name the version: 'versionLabel: …'")
      }
    case .noSuchVersion(let others):
      let labels = others.compactMap(\.versionLabel)
      let label = reference.versionLabel
      problems.report(
        .unknownTemplate,
        "the template \(Excerpt.quoted(reference.text.raw)) has no version \(Excerpt.quoted(label?.raw ?? ""))",
        at: label?.span ?? reference.span,
        labels: others.prefix(1).map { Diagnostic.Label(span: $0.span, text: "one of its versions") },
        notes: ["there are \(labels.map { "'\($0)'" }.joined(separator: ", "))"],
        help: Excerpt.suggestion(for: label?.raw ?? "", among: labels))
      return nil
    case .unknown:
      let known = library.references
      problems.report(
        .unknownTemplate, "there is no template \(Excerpt.quoted(reference.text.raw)) here", at: reference.span,
        notes: known.isEmpty
          ? ["looked for in '.harness/**/templates', and in 'templates:' of the settings; no template was found"]
          : [],
        help: Excerpt.suggestion(for: reference.text.raw, among: known)
          ?? "put its file under '.harness/templates', or name it in the settings: 'templates: [FILE]'")
      return nil
    }
    guard template.kind == kind else {
      problems.report(
        .templateOfOtherType,
        "the template \(template.title) is of type \(Excerpt.quoted(template.type)), and '\(kind.key ?? "")' takes '\(kind.rawValue)'",
        at: reference.span, labels: [Diagnostic.Label(span: template.span, text: "the template")],
        help: template.kind.key.map { "put the reference under '\($0):'" })
      return nil
    }
    return template
  }

  // MARK: - Bounds

  private func isBounded(_ template: Template, at span: SourceSpan, within stack: [Use]) -> Bool {
    if let first = stack.firstIndex(where: { $0.template.span == template.span }) {
      let chain = stack[first...].map { "'\($0.template.identifier)'" } + ["'\(template.identifier)'"]
      problems.report(
        .templateCycle, "the template \(template.title) contains itself", at: span,
        labels: [Diagnostic.Label(span: stack[first].span, text: "the use that leads here")],
        notes: [chain.joined(separator: " contains ")], help: "take one of the references out")
      return false
    }
    if stack.count >= Self.greatestDepth {
      problems.report(
        .templatesTooDeep, "templates are nested more than \(Self.greatestDepth) deep here", at: span,
        labels: stack.prefix(1).map { Diagnostic.Label(span: $0.span, text: "the outermost one") })
      return false
    }
    values += template.spec.size
    if values > Self.mostValues {
      if !isFull {
        isFull = true
        problems.report(
          .templatesTooLarge, "the templates come to more than \(Self.mostValues) values", at: span,
          notes: ["templates that use templates several times multiply"], help: "use fewer of them")
      }
      return false
    }
    return true
  }

  private func reportBeside(_ entries: [Node.Mapping.Entry], _ spec: Node.Mapping, _ template: Template) {
    let usual: Set = [
      "identifier", "name", "description", "tags", "orgIdentifier", "projectIdentifier", "contextType",
    ]
    for entry in entries where !usual.contains(entry.key.text) && !entry.value.isNull {
      problems.report(
        .keyBesideTemplate, .warning, "'\(entry.key.text)' stands beside 'template'", at: entry.key.span,
        labels: spec.entries.filter { $0.key.text == entry.key.text }.prefix(1).map {
          Diagnostic.Label(span: $0.key.span, text: "the template has one too")
        },
        notes: ["it counts here; Harness takes everything but name and identifier from the template"],
        help: "let the template say '\(entry.key.text): <+input>', and give the value under 'templateInputs'")
    }
  }
}
