import Model

/// Finds the instances that a `strategy:` comes to at the moment when the run reaches it.
///
/// Product order, exclusions, postfixes and slices are those of Harness's `MatrixConfigServiceHelper` and `ForLoopStrategyConfigService`.
struct StrategyExpander {
  let evaluator: StepEvaluator
  /// How many instances run at once where the file does not say.
  let concurrency: StrategyConcurrency

  /// - Parameter values: gives `nodeName` its text for one instance.
  /// - Throws: ``StepFailure`` that says what is wrong, and where.
  func expansion(
    of strategy: Strategy, name: (Text, StrategyIteration) throws -> String
  ) throws -> StrategyExpansion {
    var instances: [StrategyExpansion.Values]
    var nodeName: Text?
    switch strategy.loop {
    case .matrix(let matrix):
      instances = try combinations(of: matrix)
      nodeName = matrix.nodeName
      guard !instances.isEmpty else {
        throw StepFailure(
          .configuration, "\(place(strategy.span))matrix: no combination is left: 'exclude' drops every one of them")
      }
    case .repetition(let repetition):
      instances = try self.instances(of: repetition)
      nodeName = repetition.nodeName
    case .parallelism(let count):
      instances = numbered(try number(count, "parallelism", from: 1))
    }
    guard instances.count <= Self.mostInstances else {
      throw StepFailure(
        .configuration,
        "\(place(strategy.span))strategy: \(instances.count) instances are more than the"
          + " \(Self.mostInstances) that one strategy may have")
    }
    if let nodeName { instances = try renamed(instances, nodeName, name) }
    let asked = try strategy.maxConcurrency.map { try number($0, "maxConcurrency", from: 0) }
    return StrategyExpansion(
      instances, concurrency: concurrency.limit(asked: asked), skipsQueued: strategy.onFailure == .skipQueued)
  }

  /// More than any machine has use for; a slip of the pen should not fill its memory.
  private static let mostInstances = 1_000_000

  // MARK: Matrix

  private struct Axis {
    let name: String
    let values: [Value]
  }

  private func combinations(of matrix: Matrix) throws -> [StrategyExpansion.Values] {
    let literal = matrix.axes.filter { if case .list = $0.values { true } else { false } }
    let computed = matrix.axes.filter { if case .list = $0.values { false } else { true } }
    let axes = try (literal + computed).map { axis in
      Axis(name: axis.name, values: try values(axis.values, "matrix: axis '\(axis.name)'", at: axis.span))
    }
    if let empty = axes.first(where: \.values.isEmpty) {
      throw StepFailure(.configuration, "matrix: axis '\(empty.name)' has no values")
    }
    let exclusions = try matrix.exclusions.map { exclusion in
      try exclusion.entries.map { ($0.axis, try value(of: $0.value)) }
    }
    let (count, overflow) = axes.reduce((1, false)) { product, axis in
      let (next, overflow) = product.0.multipliedReportingOverflow(by: axis.values.count)
      return (next, overflow || product.1)
    }
    guard !overflow, count <= Self.mostInstances else {
      throw StepFailure(.configuration, "matrix: its axes have more than \(Self.mostInstances) combinations")
    }
    var instances = [StrategyExpansion.Values]()
    instances.reserveCapacity(count)
    var digits = [Int](repeating: 0, count: axes.count)
    for _ in 0..<count {
      var combination: [String: Value] = [:]
      for (axis, digit) in zip(axes, digits) { combination[axis.name] = axis.values[digit] }
      let isExcluded = exclusions.contains { entries in
        !entries.isEmpty && entries.allSatisfy { combination[$0.0] == $0.1 }
      }
      if !isExcluded {
        instances.append(
          StrategyExpansion.Values(postfix: digits.reduce("") { $0 + "_\($1)" }, matrix: combination))
      }
      // The last axis turns fastest.
      var place = axes.count - 1
      while place >= 0 {
        digits[place] += 1
        if digits[place] < axes[place].values.count { break }
        digits[place] = 0
        place -= 1
      }
    }
    return instances
  }

  // MARK: Repeat

  private func instances(of repetition: Repetition) throws -> [StrategyExpansion.Values] {
    switch repetition.count {
    case .times(let count): return numbered(try number(count, "repeat.times", from: 0))
    case .items(let written):
      let items = try values(written, "repeat.items", at: nil)
      if let size = repetition.partitionSize {
        return try partitions(items, size, repetition.unit).enumerated().map { index, partition in
          StrategyExpansion.Values(postfix: "_\(index)", partition: partition)
        }
      }
      return try slice(items, repetition).enumerated().map { index, item in
        StrategyExpansion.Values(postfix: "_\(index)", item: item)
      }
    }
  }

  private func numbered(_ count: Int) -> [StrategyExpansion.Values] {
    (0..<min(count, Self.mostInstances + 1)).map { StrategyExpansion.Values(postfix: "_\($0)") }
  }

  /// `start` and `end`, with what Harness makes of one of them alone: a start without an end drops the last item, and so does
  /// `unit: Percentage` without an end.
  private func slice(_ items: [Value], _ repetition: Repetition) throws -> [Value] {
    guard !items.isEmpty else { return [] }
    let start = try repetition.start.map { try number($0, "repeat.start", from: 0) }
    let end = try repetition.end.map { try number($0, "repeat.end", from: 0) }
    var bounds = (start ?? 0, end ?? (start == nil ? items.count : items.count - 1))
    if repetition.unit == .percentage {
      bounds = (
        start.map { Self.share($0, of: items.count) } ?? 0,
        end.map { Self.share($0, of: items.count) } ?? items.count - 1
      )
      if bounds.1 == 0 { bounds.1 = 1 }
    }
    let upper = min(bounds.1, items.count)
    return Array(items[min(bounds.0, upper)..<upper])
  }

  private func partitions(
    _ items: [Value], _ size: FieldValue<Int>, _ unit: Repetition.Unit?
  ) throws -> [[Value]] {
    guard !items.isEmpty else { return [] }
    var width = try number(size, "repeat.partitionSize", from: 1)
    if unit == .percentage { width = max(1, Self.share(width, of: items.count)) }
    return stride(from: 0, to: items.count, by: width).map { Array(items[$0..<min($0 + width, items.count)]) }
  }

  /// Rounded half up, as Java's `Math.round` does it.
  private static func share(_ percentage: Int, of count: Int) -> Int {
    Int((Double(percentage) / 100 * Double(count) + 0.5).rounded(.down))
  }

  // MARK: Names

  /// `nodeName` takes the place of the numbers; what is called the same gets a number after all.
  private func renamed(
    _ instances: [StrategyExpansion.Values], _ nodeName: Text,
    _ name: (Text, StrategyIteration) throws -> String
  ) throws -> [StrategyExpansion.Values] {
    var used: [String: Int] = [:]
    return try instances.enumerated().map { index, values in
      let rendered =
        "_" + (try name(nodeName, StrategyIteration(index: index, total: instances.count, values: values)))
      let count = used[rendered, default: 0]
      used[rendered] = count + 1
      return StrategyExpansion.Values(
        postfix: count == 0 ? rendered : "\(rendered)_\(count)", matrix: values.matrix, item: values.item,
        partition: values.partition)
    }
  }

  // MARK: Values

  private func values(_ written: Matrix.Axis.Values, _ owner: String, at span: SourceSpan?) throws -> [Value] {
    switch written {
    case .list(let nodes): return try nodes.map(value(of:))
    case .expression(let text):
      let found = try evaluator.value(text)
      if case .list(let elements) = found { return elements.map(Self.stringified) }
      if case .string(let text) = found, let elements = FlowText.list(text) { return elements }
      throw StepFailure(
        .configuration,
        "\(place(text.span ?? span))\(owner): '\(text.raw)' must come to a list, such as [a, b], and is"
          + " \(found.kindWithArticle)")
    }
  }

  private func value(of node: Model.Node) throws -> Value {
    switch node {
    case .scalar(let scalar): .string(try evaluator.render(Text(scalar.text, at: scalar.span)))
    case .sequence(let sequence): .list(try sequence.elements.map(value(of:)))
    case .mapping(let mapping):
      .map(
        Dictionary(try mapping.entries.map { ($0.key.text, try value(of: $0.value)) }) { _, last in last })
    }
  }

  /// Values are texts, whatever they look like.
  private static func stringified(_ value: Value) -> Value {
    switch value {
    case .null: .string("null")
    case .bool(let flag): .string(flag ? "true" : "false")
    case .integer(let number): .string(String(number))
    case .double(let number): .string("\(number)")
    case .string: value
    case .list(let elements): .list(elements.map(stringified))
    case .map(let entries): .map(entries.mapValues(stringified))
    }
  }

  private func number(_ field: FieldValue<Int>, _ name: String, from least: Int) throws -> Int {
    let count: Int
    switch field {
    case .literal(let value, _): count = value
    case .expression(let text):
      let rendered = try evaluator.render(text)
      guard let value = Int(rendered) else {
        throw StepFailure(.configuration, "\(place(text.span))\(name) must be a number, and is '\(rendered)'")
      }
      count = value
    }
    guard count >= least else {
      throw StepFailure(.configuration, "\(place(field.span))\(name) must be \(least) or more, and is \(count)")
    }
    return count
  }

  private func place(_ span: SourceSpan?) -> String { span.map { "\($0): " } ?? "" }
}

/// How many instances of one strategy run at a time.
package struct StrategyConcurrency: Hashable, Sendable {
  /// What the user says with `--jobs`.
  package let jobs: Int?
  /// Of this machine.
  package let processors: Int

  package init(jobs: Int? = nil, processors: Int) {
    self.jobs = jobs
    self.processors = processors
  }

  /// - Parameter asked: `maxConcurrency`; 0 means all, as Harness reads it.
  package func limit(asked: Int?) -> Int? {
    let own = asked == 0 ? nil : asked
    if let jobs { return min(jobs, own ?? jobs) }
    return own ?? max(1, processors)
  }
}

extension Value {
  fileprivate var kindWithArticle: String {
    switch self {
    case .null: "nothing"
    case .bool: "a boolean"
    case .integer, .double: "a number"
    case .string: "a string that is no list"
    case .list: "a list"
    case .map: "a mapping"
    }
  }
}
