import Model

/// Walks through a pipeline's tree with the path of every value, and puts other values in their places.
///
/// Paths are those of Harness's expressions: keys with dots between, items of lists by their identifiers, `parallel` left out.
/// `pipeline.stages.build.spec.execution.steps.compile.spec.command`, `pipeline.variables.region`.
struct TreeRewriter {
  /// What is around a value.
  struct Place {
    var path: String
    /// The key that it stands under; for an item of a list the list's key.
    var key = ""
    /// The mapping that it stands in.
    var mapping: Node.Mapping?
    /// Whether it is the value of a variable.
    var isVariable = false
    var stage: String?
    /// What the mapping that it stands in is wrapped in: `step`, `insert`; nil for all other mappings.
    var wrapper: String?
    fileprivate var innerWrapper: String?
  }

  /// - Returns: what is to stand there instead; nil to leave it as it is.
  typealias Replacement = (Node.Scalar, Place) -> Node?

  private let replacement: Replacement

  private init(replacement: @escaping Replacement) { self.replacement = replacement }

  static func rewrite(_ node: Node, at path: String, _ replacement: @escaping Replacement) -> Node {
    TreeRewriter(replacement: replacement).rewrite(node, Place(path: path))
  }

  /// Only looks.
  static func visit(_ node: Node, at path: String, _ visitor: @escaping (Node.Scalar, Place) -> Void) {
    let looking = TreeRewriter { scalar, place in
      visitor(scalar, place)
      return nil
    }
    _ = looking.rewrite(node, Place(path: path))
  }

  /// Whether a text of the tree has a runtime input in it: most pipelines have none, and need no looking for them.
  static func mentionsInput(_ node: Node) -> Bool {
    switch node {
    case .scalar(let scalar): scalar.text.mentions(RuntimeInput.marker)
    case .sequence(let sequence): sequence.elements.contains(where: mentionsInput)
    case .mapping(let mapping): mapping.entries.contains { mentionsInput($0.value) }
    }
  }

  private func rewrite(_ node: Node, _ place: Place) -> Node {
    switch node {
    case .scalar(let scalar): return replacement(scalar, place) ?? node
    case .mapping(let mapping):
      return .mapping(
        Node.Mapping(
          entries: mapping.entries.map { entry in
            var inner = place
            inner.key = entry.key.text
            inner.mapping = mapping
            inner.isVariable = false
            inner.wrapper = place.innerWrapper
            inner.innerWrapper = nil
            inner.path = Self.joined(place.path, entry.key.text)
            return Node.Mapping.Entry(key: entry.key, value: rewrite(entry.value, inner))
          }, span: mapping.span))
    case .sequence(let sequence):
      return .sequence(
        Node.Sequence(
          elements: sequence.elements.enumerated().map { item($0.element, number: $0.offset, place) },
          span: sequence.span))
    }
  }

  private func item(_ element: Node, number: Int, _ list: Place) -> Node {
    guard case .mapping(let mapping) = element else {
      var place = list
      place.path += "[\(number)]"
      return rewrite(element, place)
    }
    let item = ListItem(element)
    var place = list
    place.wrapper = nil
    place.innerWrapper = nil
    place.path = item.name.map { Self.joined(list.path, $0) } ?? list.path + "[\(number)]"
    if item.wrapper == "stage" { place.stage = item.name }
    return .mapping(
      Node.Mapping(
        entries: mapping.entries.map { entry in
          var inner = place
          inner.key = entry.key.text
          inner.mapping = mapping
          if entry.key.text == "parallel", item.wrapper == nil, item.name == nil {
            inner.path = list.path
          } else if entry.key.text == item.wrapper {
            // The wrapping adds nothing to the path.
            inner.innerWrapper = item.wrapper
          } else if item.isVariable, entry.key.text == "value" {
            inner.isVariable = true
          } else {
            inner.path = Self.joined(place.path, entry.key.text)
          }
          return Node.Mapping.Entry(key: entry.key, value: rewrite(entry.value, inner))
        }, span: mapping.span))
  }

  static func joined(_ path: String, _ component: String) -> String {
    path.isEmpty ? component : path + "." + component
  }
}
