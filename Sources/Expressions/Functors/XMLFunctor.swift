import Model

/// `xml.select(path, text)`: the text of the first node that the XPath leads to, or an empty one.
enum XMLFunctor {
  static let names = ["select"]

  static func call(_ function: String, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    guard function == "select" else { return nil }
    try arguments.expect(2)
    let path = try XPathReader.read(try arguments.text(0))
    let selection = XPathSelection(try XMLReader.read(try arguments.text(1)), arguments.budget)
    return .string(selection.text(try selection.evaluate(path, XPathSelection.Context(node: XMLDocument.root))))
  }
}
