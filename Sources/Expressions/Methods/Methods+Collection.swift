import Model

extension Methods {
  static let ofLists = [
    "contains", "containsAll", "empty", "equals", "get", "indexOf", "isEmpty", "lastIndexOf", "size", "subList",
    "toString",
  ]

  static let ofMaps = [
    "containsKey", "containsValue", "empty", "equals", "get", "getOrDefault", "isEmpty", "keySet", "size", "toString",
    "values",
  ]

  /// The methods of Java's `List`. The text of a list is JSON, in `toString` as in a field.
  static func ofList(_ name: String, _ elements: [Value], _ arguments: Arguments) throws(ExpressionError) -> Value? {
    func position(_ wanted: Value) -> (Value) -> Bool { { Arithmetic.areEqual($0, wanted) } }
    switch name {
    case "size", "isEmpty", "empty", "toString":
      try arguments.expect(0)
      if name == "toString" { return .string(Value.list(elements).canonicalJSON) }
      return name == "size" ? .integer(elements.count) : .bool(elements.isEmpty)
    case "get":
      try arguments.expect(1)
      return try element(.integer(try arguments.integer(0)), of: .list(elements))
    case "contains":
      try arguments.expect(1)
      return .bool(elements.contains(where: position(arguments.values[0])))
    case "containsAll":
      try arguments.expect(1)
      guard case .list(let wanted) = arguments.values[0] else { throw arguments.mismatch(0, "a list") }
      return .bool(wanted.allSatisfy { elements.contains(where: position($0)) })
    case "indexOf", "lastIndexOf":
      try arguments.expect(1)
      let found =
        name == "indexOf"
        ? elements.firstIndex(where: position(arguments.values[0]))
        : elements.lastIndex(where: position(arguments.values[0]))
      return .integer(found ?? -1)
    case "subList":
      try arguments.expect(2)
      let start = try arguments.integer(0)
      let end = try arguments.integer(1)
      guard start >= 0, start <= end, end <= elements.count else {
        throw ExpressionError(
          .outOfBounds, "'subList' asks for \(start) to \(end) of a list with \(elements.count) elements")
      }
      return .list(Array(elements[start..<end]))
    case "equals":
      try arguments.expect(1)
      return .bool(Arithmetic.areEqual(.list(elements), arguments.values[0]))
    default: return nil
    }
  }

  /// The methods of Java's `Map`. Keys come in order, since a map of ours keeps none.
  static func ofMap(_ name: String, _ entries: [String: Value], _ arguments: Arguments) throws(ExpressionError)
    -> Value?
  {
    switch name {
    case "size", "isEmpty", "empty", "toString", "keySet", "values":
      try arguments.expect(0)
      switch name {
      case "size": return .integer(entries.count)
      case "toString": return .string(Value.map(entries).canonicalJSON)
      case "keySet": return .list(entries.keys.sorted().map(Value.string))
      case "values": return .list(entries.sorted { $0.key < $1.key }.map(\.value))
      default: return .bool(entries.isEmpty)
      }
    case "get":
      try arguments.expect(1)
      return entries[try arguments.text(0)] ?? .null
    case "getOrDefault":
      try arguments.expect(2)
      return entries[try arguments.text(0)] ?? arguments.values[1]
    case "containsKey":
      try arguments.expect(1)
      return .bool(entries[try arguments.text(0)] != nil)
    case "containsValue":
      try arguments.expect(1)
      return .bool(entries.values.contains { Arithmetic.areEqual($0, arguments.values[0]) })
    case "equals":
      try arguments.expect(1)
      return .bool(Arithmetic.areEqual(.map(entries), arguments.values[0]))
    default: return nil
    }
  }
}
