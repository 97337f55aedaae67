import Model

/// A word of the language inside `<+…>`.
struct Token {
  enum Kind {
    case name(String)
    case number(Value)
    /// A text in quotes, which may hold expressions.
    case text([ExpressionText.Part])
    case embedded(EmbeddedExpression)
    /// Expressions and bare text without a space between them: `v<+a>`, `<+a>-<+b>`.
    case joined(JoinedText)
    case symbol(Symbol)
    case end
  }

  let kind: Kind
  /// In the field, in UTF-8 bytes.
  let offset: Int
}

/// Expressions and bare text that touch each other.
struct JoinedText {
  let parts: [ExpressionText.Part]
  /// What it says when it is read as operators and paths; nil where it cannot be read so.
  let reading: [Token]?
  /// Whether `-` or `/` is in the text between the expressions, so that it may be arithmetic.
  let hasArithmetic: Bool
}

enum Symbol: String {
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case and = "&&"
  case or = "||"
  case matches = "=~"
  case notMatches = "!~"
  case startsWith = "=^"
  case notStartsWith = "!^"
  case endsWith = "=$"
  case notEndsWith = "!$"
  case elvis = "?:"
  case coalesce = "??"
  case less = "<"
  case greater = ">"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case slash = "/"
  case percent = "%"
  case not = "!"
  case question = "?"
  case colon = ":"
  case comma = ","
  case dot = "."
  case semicolon = ";"
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
}
