import Model
import SystemPackage

/// Goes through everything that gives values, in order, and finds the runtime inputs that they are for.
final class InputCollector {
  private let root: Node
  private let fields: [String: InputField]
  private let paths: [String]
  private let problems: Problems
  private var library = InputSetLibrary()
  /// By path. A fixed pipeline variable may be among them: one that `--input` overrides.
  private(set) var given: [String: GivenValue] = [:]
  /// What was given for places within an input that is an object: by the input's path, then by the rest.
  private var parts: [String: [(rest: String, value: GivenValue)]] = [:]
  /// The files that the problems may speak of.
  private(set) var sources: [SourceText] = []

  init(root: Node, fields: [InputField], problems: Problems) {
    self.root = root
    self.fields = Dictionary(fields.map { ($0.path, $0) }) { first, _ in first }
    paths = fields.map(\.path)
    self.problems = problems
  }

  func collect(_ inputs: [InputSource]) {
    let files = inputs.map { input -> InputSetFile? in
      guard case .file(let source, _) = input else { return nil }
      sources.append(source)
      let (file, diagnostics) = InputSetFile.read(source)
      diagnostics.forEach(problems.report)
      if let file { library.add(file, source) }
      return file
    }
    for (input, file) in zip(inputs, files) {
      switch input {
      case .assignment(let path, let value): assign(path, value)
      case .settings(let node): take(node, at: "", from: "the settings")
      case .file(_, let directory): if let file { take(file, beside: directory) }
      }
    }
    for (path, values) in parts { assemble(values, at: path) }
  }

  // MARK: - Files

  private func take(_ file: InputSetFile, beside directory: FilePath) {
    guard isForThisPipeline(file) else { return }
    switch file.content {
    case .inputs(let node): match(node, file.title)
    case .paths(let node):
      if case .mapping(let mapping) = node, mapping.entries.count == 1, let pipeline = mapping["pipeline"],
        case .mapping = pipeline
      {
        match(pipeline, file.title)
      } else {
        take(node, at: "", from: file.title)
      }
    case .overlay(let references):
      for reference in references {
        guard let (set, source) = library.inputSet(reference.raw, of: file.pipeline?.raw, beside: directory) else {
          problems.report(
            .unknownInputSet,
            "\(file.title) refers to the input set \(Excerpt.quoted(reference.raw)), which is not here",
            at: reference.span, notes: ["looked for beside the overlay, and among the files given"],
            help: Excerpt.suggestion(for: reference.raw, among: library.names(beside: directory))
              ?? "give its file too, in front: --inputs FILE")
          continue
        }
        if !sources.contains(where: { $0.file == source.file }) { sources.append(source) }
        take(set, beside: directory)
      }
    }
  }

  private func isForThisPipeline(_ file: InputSetFile) -> Bool {
    guard let wanted = file.pipeline, case .mapping(let mapping) = root, let pipeline = mapping["pipeline"],
      let own = pipeline.text(of: "identifier"), own != wanted.raw
    else { return true }
    problems.report(
      .inputSetOfOtherPipeline,
      "\(file.title) is for the pipeline \(Excerpt.quoted(wanted.raw)), and this is \(Excerpt.quoted(own))",
      at: wanted.span, help: "give the input set of this pipeline, or change 'pipeline.identifier' in it")
    return false
  }

  private func match(_ values: Node, _ origin: String) {
    guard case .mapping(let mapping) = root, let pipeline = mapping["pipeline"] else { return }
    var matcher = InputSetMatcher(.pipeline, origin: origin, problems: problems)
    matcher.match(values, with: pipeline, at: "pipeline")
    given.merge(matcher.given) { _, later in later }
  }

  /// A mapping from paths to values; the paths may be broken up into mappings within each other.
  private func take(_ node: Node, at path: String, from origin: String) {
    guard case .mapping(let mapping) = node else { return }
    for entry in mapping.entries where !entry.value.isNull {
      let name = TreeRewriter.joined(path, entry.key.text)
      if let place = place(of: name) {
        put(entry.value, at: place, origin)
      } else if case .mapping = entry.value, leadsToInput(name) {
        take(entry.value, at: name, from: origin)
      } else {
        reportUnknown(name, origin, at: entry.key.span)
      }
    }
  }

  // MARK: - Command line

  private func assign(_ path: String, _ value: String) {
    let source = SourceText(file: "--input \(path)", text: value)
    sources.append(source)
    guard let place = place(of: path) else {
      reportUnknown(path, "--input", at: source.beginning)
      return
    }
    let field = fields[place.path]
    let isText = place.rest == nil && (field?.isText ?? true)
    put(InputText.node(source, isText: isText), at: place, "--input")
  }

  // MARK: - Places

  private struct Place {
    let path: String
    /// What follows the path of an input that is an object.
    let rest: String?
  }

  /// The input that a path means; it may leave out `pipeline.variables.` or `pipeline.`, or go on within the input.
  private func place(of written: String) -> Place? {
    var path = written.replacing("template.templateInputs.", with: "")
    if path.hasSuffix(".value"), fields[path] == nil { path.removeLast(".value".count) }
    let candidates = [path, "pipeline." + path, "pipeline.variables." + path]
    if let exact = candidates.first(where: { fields[$0] != nil }) { return Place(path: exact, rest: nil) }
    if let variable = candidates.first(where: isFixedVariable) { return Place(path: variable, rest: nil) }
    for candidate in candidates.prefix(2) {
      let holder = paths.first { candidate.hasPrefix($0 + ".") && fields[$0]?.variableKind == nil }
      if let holder { return Place(path: holder, rest: String(candidate.dropFirst(holder.count + 1))) }
    }
    return nil
  }

  private func leadsToInput(_ path: String) -> Bool {
    let prefixes = [path + ".", "pipeline." + path + "."]
    return paths.contains { path in prefixes.contains { path.hasPrefix($0) } }
      || path == "pipeline" || path == "pipeline.variables"
  }

  private func isFixedVariable(_ path: String) -> Bool {
    let prefix = "pipeline.variables."
    guard path.hasPrefix(prefix), case .mapping(let mapping) = root, case .mapping(let pipeline)? = mapping["pipeline"],
      case .sequence(let variables)? = pipeline["variables"]
    else { return false }
    let name = String(path.dropFirst(prefix.count))
    return ListItem.items(of: variables).contains { $0.isVariable && $0.name == name }
  }

  private func put(_ node: Node, at place: Place, _ origin: String) {
    if let rest = place.rest {
      parts[place.path, default: []].append((rest, GivenValue(node: node, origin: origin)))
      return
    }
    var value = GivenValue(node: node, origin: origin)
    if case .scalar(let scalar) = node {
      if RuntimeInput.isMeant(by: scalar.text) { return }
      if origin != "--input", let (text, rules) = RuntimeInput.validated(scalar.text) {
        value = GivenValue(
          node: .scalar(Node.Scalar(text: text, style: scalar.style, span: scalar.span)), rules: rules, origin: origin)
      }
    }
    given[place.path] = value
    parts[place.path] = nil
  }

  /// Makes one mapping of what was given for places within an input, over what an earlier source gave for the whole.
  private func assemble(_ values: [(rest: String, value: GivenValue)], at path: String) {
    var node = given[path]?.node
    for (rest, value) in values {
      node = Self.setting(value.node, at: rest.split(separator: ".").map(String.init)[...], in: node)
    }
    guard let node, let last = values.last else { return }
    given[path] = GivenValue(node: node, origin: last.value.origin)
  }

  private static func setting(_ value: Node, at path: ArraySlice<String>, in node: Node?) -> Node {
    guard let key = path.first else { return value }
    var entries = [Node.Mapping.Entry]()
    if case .mapping(let mapping)? = node { entries = mapping.entries }
    let old = entries.firstIndex { $0.key.text == key }
    let inner = setting(value, at: path.dropFirst(), in: old.map { entries[$0].value })
    let entry = Node.Mapping.Entry(key: Node.Scalar(text: key, style: .plain, span: value.span), value: inner)
    if let old { entries[old] = entry } else { entries.append(entry) }
    return .mapping(Node.Mapping(entries: entries, span: node?.span ?? value.span))
  }

  // MARK: - Reports

  private func reportUnknown(_ path: String, _ origin: String, at span: SourceSpan) {
    let variables = Self.variableNames(root)
    let candidates = paths + variables + variables.map { "pipeline.variables." + $0 }
    let list = paths.isEmpty ? "the pipeline asks for no inputs" : "it asks for " + Self.list(paths)
    problems.report(
      .unknownInput, "\(origin): the pipeline has no input \(Excerpt.quoted(path))", at: span, notes: [list],
      help: Excerpt.suggestion(for: path, among: candidates))
  }

  private static func list(_ paths: [String]) -> String {
    let shown = paths.prefix(20).joined(separator: ", ")
    return paths.count > 20 ? shown + " and \(paths.count - 20) more" : shown
  }

  private static func variableNames(_ root: Node) -> [String] {
    guard case .mapping(let mapping) = root, case .mapping(let pipeline)? = mapping["pipeline"],
      case .sequence(let variables)? = pipeline["variables"]
    else { return [] }
    return ListItem.items(of: variables).filter(\.isVariable).compactMap(\.name)
  }
}
