package import Model

/// A file of values for runtime inputs, in one of its three forms.
package struct InputSetFile: Sendable {
  package enum Content: Hashable, Sendable {
    /// `inputSet:`, with the part of the pipeline that it gives values for.
    case inputs(Node)
    /// `overlayInputSet:`: the identifiers of input sets, later ones over earlier ones.
    case overlay([Text])
    /// No Harness file: paths with values.
    case paths(Node)
  }

  package let identifier: String?
  /// The pipeline that it is for, where it says so.
  package let pipeline: Text?
  package let content: Content
  package let span: SourceSpan

  /// How messages name it.
  var title: String {
    let kind =
      switch content {
      case .inputs: "the input set"
      case .overlay: "the overlay"
      case .paths: "the file of inputs"
      }
    return identifier.map { "\(kind) \(Excerpt.quoted($0))" } ?? kind
  }

  package static func read(_ source: SourceText) -> (file: InputSetFile?, diagnostics: [Diagnostic]) {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else { return (nil, syntax) }
    let problems = Problems()
    syntax.forEach(problems.report)
    let file = read(root, problems)
    return (problems.hasErrors ? nil : file, problems.sorted)
  }

  private static func read(_ root: Node, _ problems: Problems) -> InputSetFile? {
    guard case .mapping(let mapping) = root else {
      problems.report(
        .invalidInputSet, "this gives no inputs: the file holds \(Excerpt.kind(of: root))", at: root.place,
        help: "write an input set, or paths with values, as in 'pipeline.variables.NAME: value'")
      return nil
    }
    let file = Fields(mapping: mapping, key: nil, owner: "the file", place: root.place, problems: problems)
    if file.has("inputSet") { return fields(file, "inputSet", "the input set").flatMap(inputSet) }
    if file.has("overlayInputSet") { return fields(file, "overlayInputSet", "the overlay").flatMap(overlay) }
    let others = ["template", "connector", "secret", "trigger", "service", "environment"]
    if let key = mapping.entries.first(where: { others.contains($0.key.text) })?.key, mapping.entries.count == 1 {
      problems.report(
        .wrongKindOfFile, "this is a \(key.text) and gives no inputs", at: key.span,
        help: "such a file starts with 'inputSet:' or 'overlayInputSet:', or has paths with values")
      return nil
    }
    return InputSetFile(identifier: nil, pipeline: nil, content: .paths(root), span: root.place)
  }

  private static func fields(_ file: Fields, _ key: String, _ owner: String) -> Fields? {
    file.node(key).flatMap { file.fields($0, under: key, owner: owner, place: file.place(of: key)) }
  }

  private static let envelope = [
    "identifier", "name", "description", "orgIdentifier", "projectIdentifier", "tags", "pipeline",
    "inputSetReferences",
  ]

  private static func inputSet(_ fields: Fields) -> InputSetFile? {
    fields.checkKeys(envelope, tolerated: ["accountIdentifier", "inputSetReferences"])
    guard let pipeline = fields.require("pipeline"), case .mapping = pipeline else {
      if let node = fields.node("pipeline") {
        problem(fields, node, "'pipeline' must be a mapping, with the inputs at their places in the pipeline")
      }
      return nil
    }
    let of = fields.fields("pipeline")?.text("identifier")
    return InputSetFile(
      identifier: fields.text("identifier")?.raw, pipeline: of, content: .inputs(pipeline), span: fields.place)
  }

  private static func overlay(_ fields: Fields) -> InputSetFile? {
    fields.checkKeys(envelope, tolerated: ["accountIdentifier"])
    guard fields.require("inputSetReferences", example: "[nightly]") != nil else { return nil }
    return InputSetFile(
      identifier: fields.text("identifier")?.raw, pipeline: fields.fields("pipeline")?.text("identifier"),
      content: .overlay(fields.texts("inputSetReferences")), span: fields.place)
  }

  private static func problem(_ fields: Fields, _ node: Node, _ message: String) {
    fields.problems.report(.invalidInputSet, "\(fields.owner): \(message)", at: node.place)
  }
}
