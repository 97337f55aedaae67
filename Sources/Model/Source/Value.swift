/// A value of the pipeline language: what YAML scalars, outputs and expressions come to, and what the ledger stores as JSON.
package indirect enum Value: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  case list([Value])
  case map([String: Value])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  package init(arrayLiteral elements: Value...) { self = .list(elements) }
  package init(dictionaryLiteral elements: (String, Value)...) {
    self = .map(Dictionary(elements) { _, last in last })
  }
}

extension Value {
  package init(_ string: String?) { self = string.map(Value.string) ?? .null }
  package init(_ integer: Int?) { self = integer.map(Value.integer) ?? .null }

  package subscript(key: String) -> Value? {
    if case .map(let entries) = self { entries[key] } else { nil }
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  package var list: [Value]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  package var map: [String: Value]? {
    if case .map(let entries) = self { entries } else { nil }
  }
}
