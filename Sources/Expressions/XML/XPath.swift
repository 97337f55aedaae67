/// A path of XPath 1.0, as far as pipelines use it: steps along the usual axes, predicates, comparisons, the common functions.
indirect enum XPath {
  case literal(String)
  case number(Double)
  case path(XPath?, isAbsolute: Bool, [Step])
  /// The nodes of a path, counted anew: `(//a)[1]`.
  case filtered(XPath, by: [XPath])
  case union([XPath])
  case call(String, [XPath])
  case negative(XPath)
  case operation(XPathOperator, XPath, XPath)

  struct Step {
    enum Axis {
      case child, descendant, descendantOrSelf, selfOnly, parent, ancestor, attribute, followingSibling,
        precedingSibling
    }

    enum Test {
      /// nil for `*`.
      case name(String?)
      case text, comment, node
    }

    let axis: Axis
    let test: Test
    let predicates: [XPath]
  }
}

enum XPathOperator: Int {
  case or, and, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, add, subtract, multiply, divide, remainder

  /// How tightly it binds: `or` least.
  var rank: Int {
    switch self {
    case .or: 0
    case .and: 1
    case .equal, .notEqual: 2
    case .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .add, .subtract: 4
    case .multiply, .divide, .remainder: 5
    }
  }
}
