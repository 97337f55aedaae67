import Model

/// The functions of the language that need nothing but their arguments: `json`, `regex`, `shell`, `datetime`.
enum Functors {
  static let names: Set<String> = ["json", "regex", "shell", "datetime", "xml"]

  static func call(
    _ functor: String, _ function: String, _ values: [Value], now: () -> Duration
  ) throws(ExpressionError) -> Operand {
    let arguments = Arguments(of: "\(functor).\(function)", values)
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
    case "xml": throw ExpressionError(.unsupported, "xml.\(function) is not supported")
    default:
      if let value = try DateTimeFunctor.call(function, values, now: now) { return value }
      known = DateTimeFunctor.names
    }
    throw ExpressionError(
      .unknownFunction, "'\(functor)' has no function '\(function)'", names: known,
      suggestion: Spelling.nearest(to: function, among: known))
  }
}
