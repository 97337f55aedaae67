/// `name=value` of ENV and LABEL. Both sides are words to expand.
package struct Assignment: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  static func all(from node: Node) throws(SyntaxMistake) -> [Assignment] {
    let keyword = node.keyword.uppercased()
    let words = node.words
    guard !words.isEmpty else {
      throw SyntaxMistake(
        .wrongArguments, "\(keyword) needs at least one argument", help: "write \(keyword) name=value")
    }
    var assignments: [Assignment] = []
    // The grammar gives three words to each: name, value and what stood between them.
    for index in stride(from: 0, to: words.count - 1, by: 3) {
      guard !words[index].isEmpty else {
        throw SyntaxMistake(.wrongArguments, "\(keyword) has a value without a name", help: "put a name before the =")
      }
      assignments.append(Assignment(name: words[index], value: words[index + 1]))
    }
    return assignments
  }
}
