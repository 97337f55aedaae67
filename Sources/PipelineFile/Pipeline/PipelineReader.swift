package import Model

/// Reads a pipeline file: its shape and its types, not its expressions.
package enum PipelineReader {
  /// - Returns: the pipeline, when nothing in the file is an error, and every diagnostic in the order of the file.
  package static func read(_ source: SourceText) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else { return (nil, syntax) }
    let problems = Problems()
    syntax.forEach(problems.report)
    let pipeline = read(root, problems)
    if case .mapping(let file) = root, file["pipeline"] != nil {
      ExpressionCheck.spelling(in: root, sources: [source]).forEach(problems.report)
    }
    return (problems.hasErrors ? nil : pipeline, problems.sorted)
  }

  /// The same for a tree that is there already, such as one whose inputs were filled in.
  package static func read(_ root: Node) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let problems = Problems()
    let pipeline = read(root, problems)
    return (problems.hasErrors ? nil : pipeline, problems.sorted)
  }

  /// What of the file can be read, errors or not: for checks that look at one part at a time.
  package static func readInPart(_ source: SourceText) -> Pipeline? {
    YAMLReader.read(source).root.flatMap { read($0, Problems()) }
  }

  /// Whether a YAML file is meant as a pipeline, by the key that it starts a line with.
  package static func isPipeline(_ source: SourceText) -> Bool {
    let key = Array("pipeline:".utf8)
    var start = source.startsWithByteOrderMark ? 3 : 0
    while start < source.bytes.count {
      if source.bytes[start...].starts(with: key) { return true }
      guard let end = source.bytes[start...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return false }
      start = end + 1
    }
    return false
  }

  private static func read(_ root: Node, _ problems: Problems) -> Pipeline? {
    guard case .mapping(let mapping) = root else {
      problems.report(
        .wrongKindOfFile, "this is no pipeline: the file holds \(Excerpt.kind(of: root))", at: root.place,
        help: "a pipeline file is a mapping with the key 'pipeline'")
      return nil
    }
    let file = Fields(mapping: mapping, key: nil, owner: "the file", place: root.place, problems: problems)
    guard let node = file.node("pipeline") else {
      reportOtherFile(file)
      return nil
    }
    file.checkKeys(["pipeline"])
    guard case .mapping = node else {
      // Not even as an expression: without its keys there is nothing that could be asked for or run.
      problems.report(
        .wrongType, "the pipeline must be a mapping, not \(Excerpt.kind(of: node))", at: node.place,
        help: "write its keys here: 'identifier', 'name' and 'stages'")
      return nil
    }
    guard let fields = file.fields(node, under: "pipeline", owner: "the pipeline") else { return nil }
    return PipelineParser(problems: problems).pipeline(fields, node)
  }

  private static func reportOtherFile(_ file: Fields) {
    let kinds = [
      "inputSet": "an input set", "overlayInputSet": "an overlay of input sets", "template": "a template",
      "connector": "a connector", "secret": "a secret", "trigger": "a trigger", "service": "a service",
      "environment": "an environment",
    ]
    let keys = file.mapping.entries.map(\.key)
    if let key = keys.first(where: { kinds[$0.text] != nil }), let kind = kinds[key.text] {
      file.problems.report(.wrongKindOfFile, "this is \(kind), not a pipeline", at: key.span)
    } else if let kind = keys.first(where: { $0.text == "kind" }), file.has("spec") || file.has("steps") {
      file.problems.report(
        .otherPipelineLanguage, "this is a pipeline in the v1 or Drone syntax", at: kind.span,
        help: "only v0 pipelines are run here: 'pipeline:' with 'stages:', each item of which is a 'stage:'")
    } else if let stages = keys.first(where: { $0.text == "stages" || $0.text == "identifier" }) {
      file.problems.report(
        .missingKey, "the file: 'pipeline' is missing", at: stages.span,
        help: "put 'pipeline:' above, and indent the rest")
    } else {
      file.problems.report(
        .wrongKindOfFile, "this is no pipeline: the key 'pipeline' is missing", at: file.place,
        help: keys.lazy.compactMap { Excerpt.suggestion(for: $0.text, among: ["pipeline"]) }.first)
    }
  }
}
