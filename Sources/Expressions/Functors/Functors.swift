import Model

/// The functions of the language that need nothing but their arguments: `json`, `xml`, `regex`, `shell`,
/// `datetime`.
enum Functors {
  static let names: Set<String> = ["json", "regex", "shell", "datetime", "xml"]

  static func call(
    _ functor: String, _ function: String, _ values: [Value], now: () -> Duration, _ budget: MatchingBudget
  ) throws(ExpressionError) -> Operand {
    let arguments = Arguments(of: "\(functor).\(function)", values, budget)
    let known: [String]
    switch functor {
    case "json":
      if let value = try JSONFunctor.call(function, arguments) { return .plain(value) }
      known = JSONFunctor.names
    case "regex":
      if let value = try RegexFunctor.call(function, arguments) { return .plain(value) }
      known = RegexFunctor.names
    case "shell":
      if let value = try ShellFunctor.call(function, arguments) { return .plain(value) }
      known = ShellFunctor.names
    case "xml":
      if let value = try XMLFunctor.call(function, arguments) { return .plain(value) }
      known = XMLFunctor.names
    default:
      if let value = try DateTimeFunctor.call(arguments, named: function, now: now) { return value }
      known = DateTimeFunctor.names
    }
    throw ExpressionError(
      .unknownFunction, "'\(functor)' has no function '\(function)'", names: known,
      suggestion: Spelling.nearest(to: function, among: known))
  }
}
