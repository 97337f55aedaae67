import Model

/// An item of a list, taken out of its wrapping: `- step: {identifier: build, …}` is the step `build`.
///
/// Paths and input sets find items of lists by these names and not by their numbers.
struct ListItem {
  /// `stage`, `step`, `stepGroup` or `insert`; nil for an item that is no more than itself.
  let wrapper: String?
  /// Its identifier, or its name where it has none, as variables don't.
  let name: String?
  /// Whether it has a name and no identifier, so that `value` is what the name stands for.
  let isVariable: Bool
  /// What the wrapping holds, or the item itself.
  let content: Node

  static let wrappers = ["stage", "step", "stepGroup", "insert"]

  init(_ node: Node) {
    guard case .mapping(let mapping) = node else {
      self.init(wrapper: nil, name: nil, isVariable: false, content: node)
      return
    }
    let wrapper = Self.wrappers.first { key in
      if case .mapping? = mapping[key] { true } else { false }
    }
    let content = wrapper.flatMap { mapping[$0] } ?? node
    let identifier = content.text(of: "identifier")
    self.init(
      wrapper: wrapper, name: identifier ?? content.text(of: "name"),
      isVariable: wrapper == nil && identifier == nil && content.text(of: "name") != nil, content: content)
  }

  private init(wrapper: String?, name: String?, isVariable: Bool, content: Node) {
    self.wrapper = wrapper
    self.name = name
    self.isVariable = isVariable
    self.content = content
  }

  /// The items of a list, those of `parallel:` among them.
  static func items(of sequence: Node.Sequence) -> [ListItem] {
    sequence.elements.flatMap { element in
      if case .mapping(let mapping) = element, case .sequence(let inner)? = mapping["parallel"] {
        return items(of: inner)
      }
      return [ListItem(element)]
    }
  }
}

extension Node {
  /// The text under a key of a mapping; nil where there is none.
  func text(of key: String) -> String? {
    guard case .mapping(let mapping) = self, case .scalar(let scalar)? = mapping[key], !scalar.text.isEmpty else {
      return nil
    }
    return scalar.text
  }

  /// Lists and mappings within each other.
  var height: Int {
    switch self {
    case .scalar: 1
    case .sequence(let sequence): 1 + (sequence.elements.map(\.height).max() ?? 0)
    case .mapping(let mapping): 1 + (mapping.entries.map(\.value.height).max() ?? 0)
    }
  }

  /// How many values the tree has.
  var size: Int {
    switch self {
    case .scalar: 1
    case .sequence(let sequence): sequence.elements.reduce(1) { $0 + $1.size }
    case .mapping(let mapping): mapping.entries.reduce(1) { $0 + $1.value.size }
    }
  }
}
