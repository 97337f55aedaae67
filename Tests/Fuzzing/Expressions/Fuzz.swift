import Expressions
import Model

/// Whatever the bytes say, an expression ends in a value or in an error, and its text is told apart without loss.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  let evaluator = ExpressionEvaluator(scope: FuzzScope(text: text)) { .milliseconds(1_709_209_845_123) }
  ends { () throws(ExpressionError) in _ = try evaluator.render(text) }
  ends { () throws(ExpressionError) in _ = try evaluator.value(of: text) }
  ends { () throws(ExpressionError) in _ = try evaluator.condition(text) }
  ends { () throws(ExpressionError) in _ = try ExpressionReferences(in: text) }
  ends { () throws(ExpressionError) in _ = try ExpressionReferences(inCondition: text) }
  ends { () throws(ExpressionError) in
    let parts = try ExpressionText(text).parts
    let written = parts.map { part in
      switch part {
      case .literal(let literal): literal
      case .expression(let expression): expression.written
      }
    }
    precondition(written.joined() == text, "the parts of a text are the text")
  }
  return 0
}

/// An error must have something to say and a place in the text.
private func ends(_ body: () throws(ExpressionError) -> Void) {
  do {
    try body()
  } catch {
    precondition(!error.description.isEmpty && (error.offset ?? 0) >= 0, "an error says what is wrong and where")
    _ = error.diagnostic(at: nil)
  }
}

private struct FuzzScope: ExpressionScope {
  let text: String

  func value(of path: [String]) throws(ExpressionError) -> Value? {
    switch path {
    case ["a"]: 5
    case ["f"]: "abc"
    case ["words"]: ["one", "two"]
    case ["dict"]: ["key": "value", "n": 1]
    case ["nothing"]: .null
    case ["v"]: "x-<+a>"
    case ["self"]: .string(text)
    case ["pipeline", "name"]: "p"
    case ["stage", "currentStatus"], ["pipeline", "currentStatus"]: "SUCCEEDED"
    default: nil
    }
  }

  func names(in path: [String]) -> [String] {
    path.isEmpty ? ["a", "f", "words", "dict", "nothing", "v", "self", "pipeline", "stage"] : []
  }

  func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? {
    function == "secrets.getValue" ? "hidden" : nil
  }
}
