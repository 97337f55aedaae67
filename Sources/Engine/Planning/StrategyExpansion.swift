package import Model

/// The instances that a strategy came to, as its axes were when the run reached it.
///
/// It is recorded, so that whoever folds the events of a run gets the same nodes again.
package struct StrategyExpansion: Hashable, Sendable {
  /// The values of one instance.
  package struct Values: Hashable, Sendable {
    /// `<+strategy.identifierPostFix>`: `_0_1`.
    package let postfix: String
    /// `<+matrix.AXIS>`: a string, or a mapping of strings.
    package let matrix: [String: Value]
    /// `<+repeat.item>`
    package let item: Value?
    /// `<+repeat.partition>`
    package let partition: [Value]?

    package init(postfix: String, matrix: [String: Value] = [:], item: Value? = nil, partition: [Value]? = nil) {
      self.postfix = postfix
      self.matrix = matrix
      self.item = item
      self.partition = partition
    }
  }

  package let iterations: [Values]
  /// How many instances may run at a time; nil is all of them.
  package let concurrency: Int?
  /// `onFailure: SkipQueued`: instances that have not begun when one has failed are left out.
  package let skipsQueued: Bool

  package init(_ iterations: [Values], concurrency: Int? = nil, skipsQueued: Bool = false) {
    self.iterations = iterations
    self.concurrency = concurrency
    self.skipsQueued = skipsQueued
  }
}

/// Which instance of a strategy a node is.
package struct StrategyIteration: Hashable, Sendable {
  /// `<+strategy.iteration>`, from 0.
  package let index: Int
  /// `<+strategy.iterations>`
  package let total: Int
  package let values: StrategyExpansion.Values
}

extension StrategyExpansion {
  /// As the audit chain keeps it.
  package var record: Value {
    [
      "instances": .list(iterations.map(\.record)), "concurrency": concurrency.map(Value.integer) ?? .null,
      "skipsQueued": .bool(skipsQueued),
    ]
  }

  /// - Returns: nil when the value is no record of an expansion.
  package init?(record: Value) {
    guard case .map(let fields) = record, case .list(let instances)? = fields["instances"] else { return nil }
    var iterations = [Values]()
    for instance in instances {
      guard let values = Values(record: instance) else { return nil }
      iterations.append(values)
    }
    self.iterations = iterations
    if case .integer(let limit)? = fields["concurrency"] { concurrency = limit } else { concurrency = nil }
    skipsQueued = fields["skipsQueued"] == .bool(true)
  }

  /// Every expansion among the events of a run, by the strategy's path.
  package static func recorded(in events: some Sequence<AuditEvent>) -> [StepPath: StrategyExpansion] {
    events.reduce(into: [:]) { found, event in
      guard event.kind == SchedulerEvent.expandedKind, let expansion = StrategyExpansion(record: event.payload),
        // Paths of other kinds of events are none of ours; this one was written by us.
        let path = try? StepPath(event.subject)
      else { return }
      found[path] = expansion
    }
  }
}

extension StrategyExpansion.Values {
  fileprivate var record: Value {
    var fields: [String: Value] = ["postfix": .string(postfix)]
    if !matrix.isEmpty { fields["matrix"] = .map(matrix) }
    if let item { fields["item"] = item }
    if let partition { fields["partition"] = .list(partition) }
    return .map(fields)
  }

  fileprivate init?(record: Value) {
    guard case .map(let fields) = record, case .string(let postfix)? = fields["postfix"] else { return nil }
    self.postfix = postfix
    if case .map(let matrix)? = fields["matrix"] { self.matrix = matrix } else { matrix = [:] }
    item = fields["item"]
    if case .list(let partition)? = fields["partition"] { self.partition = partition } else { partition = nil }
  }
}
