/// An XML document as a flat list of nodes in document order, so that no depth of nesting ends in a deep recursion.
struct XMLDocument {
  enum Kind: Equatable {
    case document, element, attribute, text, comment, instruction
  }

  struct Node {
    let kind: Kind
    /// With its prefix; empty for texts and comments.
    let name: String
    /// Of texts, comments, attributes and instructions.
    let text: String
    let parent: Int
    var attributes: [Int] = []
    var children: [Int] = []
  }

  var nodes = [Node(kind: .document, name: "", text: "", parent: -1)]

  static let root = 0

  mutating func add(_ kind: Kind, name: String = "", text: String = "", to parent: Int) -> Int {
    let index = nodes.count
    nodes.append(Node(kind: kind, name: name, text: text, parent: parent))
    if kind == .attribute { nodes[parent].attributes.append(index) } else { nodes[parent].children.append(index) }
    return index
  }

  /// A node's text: for an element, all texts within it, one after the other.
  func stringValue(_ index: Int) -> String {
    let node = nodes[index]
    guard node.kind == .element || node.kind == .document else { return node.text }
    return descendants(of: index).reduce(into: "") { text, descendant in
      if nodes[descendant].kind == .text { text += nodes[descendant].text }
    }
  }

  /// In document order, without the node itself and without attributes.
  func descendants(of index: Int) -> [Int] {
    var found = [Int]()
    var pending = Array(nodes[index].children.reversed())
    while let next = pending.popLast() {
      found.append(next)
      pending += nodes[next].children.reversed()
    }
    return found
  }
}
