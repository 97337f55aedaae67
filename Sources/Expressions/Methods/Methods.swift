import Model

/// What can be done with a value: its members, its elements and the methods that Java gives it.
enum Methods {
  static func call(_ name: String, on operand: Operand, _ arguments: Arguments) throws(ExpressionError) -> Operand {
    let known: [String]
    switch operand {
    case .date(let date):
      if let result = try DateTimeFunctor.call(name, on: date, arguments) { return result }
      known = DateTimeFunctor.methodsOfDates
    case .time(let time):
      if let result = try DateTimeFunctor.call(name, on: time, arguments) { return result }
      known = DateTimeFunctor.methodsOfTimes
    case .plain(let value):
      if let result = try call(name, on: value, arguments) { return .plain(result) }
      known = names(of: value)
    }
    let kind = if case .plain(let value) = operand { value.kindWithArticle } else { "a date" }
    throw ExpressionError(
      .unknownMethod, "\(kind) has no method '\(name)'", names: known,
      suggestion: Spelling.nearest(to: name, among: known))
  }

  private static func call(_ name: String, on value: Value, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    switch value {
    case .null: throw ExpressionError(.null, "'\(name)' is called on null")
    case .string(let text): return try ofString(name, text, arguments)
    case .list(let elements): return try ofList(name, elements, arguments)
    case .map(let entries): return try ofMap(name, entries, arguments)
    case .bool, .integer, .double: return try ofScalar(name, value, arguments)
    }
  }

  private static func names(of value: Value) -> [String] {
    switch value {
    case .null: []
    case .string: ofStrings
    case .list: ofLists
    case .map: ofMaps
    case .bool, .integer, .double: ofScalars
    }
  }

  // MARK: Numbers and flags

  private static let ofScalars = ["compareTo", "doubleValue", "equals", "intValue", "longValue", "toString"]

  private static func ofScalar(_ name: String, _ value: Value, _ arguments: Arguments) throws(ExpressionError) -> Value?
  {
    switch name {
    case "toString":
      try arguments.expect(0)
      return .string(value.rendered ?? "")
    case "equals":
      try arguments.expect(1)
      return .bool(value == arguments.values[0])
    case "compareTo":
      try arguments.expect(1)
      if Arithmetic.areEqual(value, arguments.values[0]) { return 0 }
      return try Arithmetic.apply(.less, value, arguments.values[0], arguments.budget) == true ? -1 : 1
    case "intValue", "longValue":
      try arguments.expect(0)
      switch value {
      case .integer: return value
      case .double(let number):
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
          throw ExpressionError(.arithmetic, "the number is too large for '\(name)'")
        }
        return .integer(whole)
      default: return nil
      }
    case "doubleValue":
      try arguments.expect(0)
      switch value {
      case .integer(let number): return .double(Double(number))
      case .double: return value
      default: return nil
      }
    default: return nil
    }
  }

  // MARK: Members and elements

  /// nil where the value has no such member.
  static func memberIfPresent(_ name: String, of value: Value) -> Value? {
    switch value {
    case .map(let entries): return entries[name]
    case .list(let elements):
      if name == "length" { return .integer(elements.count) }
      guard let index = Int(name), elements.indices.contains(index) else { return nil }
      return elements[index]
    case .null, .bool, .integer, .double, .string: return nil
    }
  }

  static func member(_ name: String, of value: Value) throws(ExpressionError) -> Value {
    if let member = memberIfPresent(name, of: value) { return member }
    switch value {
    case .null: throw ExpressionError(.null, "'\(name)' is read from null")
    case .map(let entries):
      throw ExpressionError(
        .unresolved, "the map has no '\(name)'", names: Array(entries.keys),
        suggestion: Spelling.nearest(to: name, among: entries.keys))
    default: throw ExpressionError(.typeMismatch, "\(value.kindWithArticle) has no member '\(name)'")
    }
  }

  static func element(_ index: Value, of value: Value) throws(ExpressionError) -> Value {
    switch (value, index) {
    case (.list(let elements), .integer(let position)):
      guard elements.indices.contains(position) else {
        throw ExpressionError(.outOfBounds, "the list has \(elements.count) elements and no [\(position)]")
      }
      return elements[position]
    case (_, .null): throw ExpressionError(.null, "an index is null")
    case (.list, .list), (.list, .map), (.map, .list), (.map, .map):
      throw ExpressionError(.typeMismatch, "\(index.kindWithArticle) is no index")
    default: return try member(index.rendered ?? "", of: value)
    }
  }

  static func size(of value: Value) throws(ExpressionError) -> Int {
    switch value {
    case .null: return 0
    case .string(let text): return text.utf16.count
    case .list(let elements): return elements.count
    case .map(let entries): return entries.count
    case .bool, .integer, .double:
      throw ExpressionError(.typeMismatch, "\(value.kindWithArticle) has no size")
    }
  }
}
