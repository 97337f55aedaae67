import Model

/// An expression as it was written, after the rules of precedence.
///
/// Operators of one rank stand side by side in one node, so that a long sum is a flat list and not a deep tree.
indirect enum SyntaxNode {
  case literal(Value)
  /// A text in quotes, which may hold expressions.
  case text([ExpressionText.Part])
  /// Touching expressions and bare text, and what they say when read as an expression.
  case joined([ExpressionText.Part], reading: SyntaxNode?, hasArithmetic: Bool)
  case embedded(EmbeddedExpression)
  case list([SyntaxNode])
  case map([(key: SyntaxNode, value: SyntaxNode)])
  case name(String)
  case access(SyntaxNode, [Access])
  /// A call without a receiver: `currentDate()`.
  case function(String, [SyntaxNode])
  /// Left to right.
  case operators(SyntaxNode, [(symbol: BinaryOperator, operand: SyntaxNode)])
  case not(SyntaxNode)
  case negative(SyntaxNode)
  case empty(SyntaxNode)
  case size(SyntaxNode)
  case conditional(SyntaxNode, then: SyntaxNode, otherwise: SyntaxNode)
  /// `a ?: b`: `a` where it is true, `b` otherwise.
  case elvis(SyntaxNode, SyntaxNode)
  /// `a ?? b`: `a` where there is one, `b` otherwise.
  case coalesce(SyntaxNode, SyntaxNode)

  enum Access {
    case member(String)
    /// `.<+name>`: the name of the member is itself the value of an expression.
    case computedMember([ExpressionText.Part])
    case index(SyntaxNode)
    case call(String, [SyntaxNode])
  }

  /// Whether it computes something, as opposed to a mere value in the shape of an expression.
  var isComputation: Bool {
    switch self {
    case .operators, .not, .conditional, .elvis, .coalesce, .empty, .size, .access, .function, .joined, .embedded: true
    case .literal, .text, .list, .map, .name, .negative: false
    }
  }

  var isNull: Bool {
    if case .literal(.null) = self { true } else { false }
  }
}

enum BinaryOperator {
  case or, and
  case equal, notEqual
  case less, lessOrEqual, greater, greaterOrEqual
  case matches, notMatches, startsWith, notStartsWith, endsWith, notEndsWith
  case add, subtract
  case multiply, divide, remainder
}
