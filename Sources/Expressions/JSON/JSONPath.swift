import Model

/// A path into JSON as the Jayway library of `json.select` reads it: `$.a.b[0]`, `a['b c']`, `[*]`, `..name`, `[1:3]`,
/// `[0,2]`, `[?(@.n > 1)]`, `.length()`. The leading `$` may be left out.
struct JSONPath {
  enum Step {
    case names([String])
    case indices([Int])
    case slice(from: Int?, to: Int?)
    case all
    case filter(JSONFilter)
    case length
  }

  private let steps: [(step: Step, isDeep: Bool)]

  init(_ path: String) throws(ExpressionError) {
    var reader = JSONPathReader(path)
    steps = try reader.steps()
  }

  /// The value itself for a path that leads to one place, a list for one that may lead to many.
  ///
  /// - Returns: nil where a path to one place leads nowhere.
  func select(from document: Value) throws(ExpressionError) -> Value? {
    var found = [document]
    var isList = false
    for (step, isDeep) in steps {
      if isDeep {
        found = found.flatMap(Self.withDescendants)
        isList = true
      }
      if !Self.isDefinite(step) { isList = true }
      if case .length = step, isList {
        found = [.integer(found.count)]
        isList = false
        continue
      }
      var next = [Value]()
      for value in found { try Self.apply(step, to: value, into: &next) }
      guard next.count <= 1_000_000 else { throw ExpressionError(.tooLarge, "the JSON path leads to too many values") }
      found = next
    }
    return isList ? .list(found) : found.first
  }

  private static func isDefinite(_ step: Step) -> Bool {
    switch step {
    case .names(let names): names.count == 1
    case .indices(let indices): indices.count == 1
    case .length: true
    case .slice, .all, .filter: false
    }
  }

  private static func withDescendants(_ value: Value) -> [Value] {
    switch value {
    case .list(let elements): [value] + elements.flatMap(withDescendants)
    case .map(let entries): [value] + sorted(entries).flatMap(withDescendants)
    default: []
    }
  }

  /// Names in order, since a map keeps none.
  private static func sorted(_ entries: [String: Value]) -> [Value] {
    entries.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func apply(_ step: Step, to value: Value, into found: inout [Value]) throws(ExpressionError) {
    switch (step, value) {
    case (.names(let names), .map(let entries)): found += names.compactMap { entries[$0] }
    case (.indices(let indices), .list(let elements)):
      for index in indices {
        let position = index < 0 ? elements.count + index : index
        if elements.indices.contains(position) { found.append(elements[position]) }
      }
    case (.slice(let from, let to), .list(let elements)):
      func position(_ index: Int) -> Int { min(max(index < 0 ? elements.count + index : index, 0), elements.count) }
      let start = position(from ?? 0)
      let end = position(to ?? elements.count)
      if start < end { found += elements[start..<end] }
    case (.all, .list(let elements)): found += elements
    case (.all, .map(let entries)): found += sorted(entries)
    case (.filter(let filter), .list(let elements)):
      for element in elements where try filter.holds(for: element) { found.append(element) }
    case (.filter(let filter), .map): if try filter.holds(for: value) { found.append(value) }
    case (.length, .list(let elements)): found.append(.integer(elements.count))
    case (.length, .map(let entries)): found.append(.integer(entries.count))
    case (.length, .string(let text)): found.append(.integer(text.utf16.count))
    default: break
    }
  }
}
