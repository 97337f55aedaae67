import Expressions
import Model
import Synchronization

/// A scope that remembers what was asked of it: so that people see what values a condition was judged by.
final class ObservedScope: ExpressionScope {
  private let scope: any ExpressionScope
  private let seen = Mutex<[(name: String, value: Value?)]>([])

  init(_ scope: any ExpressionScope) {
    self.scope = scope
  }

  func value(of path: [String]) throws(ExpressionError) -> Value? {
    let value = try scope.value(of: path)
    let name = path.joined(separator: ".")
    seen.withLock { seen in
      if !seen.contains(where: { $0.name == name }) { seen.append((name, value)) }
    }
    return value
  }

  func names(in path: [String]) -> [String] { scope.names(in: path) }

  func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? {
    try scope.call(function, arguments)
  }

  func evaluatesText(at path: [String]) -> Bool { scope.evaluatesText(at: path) }

  /// What was looked up and found: texts and numbers, in the order in which they were asked for.
  var values: [(name: String, value: Value)] {
    seen.withLock { seen in
      seen.compactMap { entry in
        switch entry.value {
        case .some(.string), .some(.integer), .some(.double), .some(.bool), .some(.null):
          entry.value.map { (entry.name, $0) }
        case .some(.list), .some(.map), nil: nil
        }
      }
    }
  }

  /// What was looked up and not found.
  var missing: [String] { seen.withLock { seen in seen.filter { $0.value == nil }.map(\.name) } }
}
