import Model

/// `insert` in a template is a gap that its users may fill: what they put there takes its place, and nothing does otherwise.
/// In a pipeline of its own it has no meaning, and stays for the reader to report.
///
/// See "Insert step and stage in existing Template" of Harness's documentation.
enum Insertions {
  /// - Parameter main: the pipeline's own file.
  static func fill(_ node: Node, main: String) -> Node {
    switch node {
    case .scalar: return node
    case .mapping(let mapping):
      return .mapping(
        Node.Mapping(
          entries: mapping.entries.map { Node.Mapping.Entry(key: $0.key, value: fill($0.value, main: main)) },
          span: mapping.span))
    case .sequence(let sequence):
      return .sequence(Node.Sequence(elements: sequence.elements.flatMap { items($0, main) }, span: sequence.span))
    }
  }

  private static func items(_ element: Node, _ main: String) -> [Node] {
    guard case .mapping(let mapping) = element, case .mapping(let insert)? = mapping["insert"] else {
      return [fill(element, main: main)]
    }
    for key in ["steps", "stages"] {
      if case .sequence(let given)? = insert[key] { return given.elements.flatMap { items($0, main) } }
    }
    return insert.span.file == main ? [element] : []
  }
}
