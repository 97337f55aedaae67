package import Model

/// What steps of earlier runs have put into the environment of the later steps of their stages, as the ledger holds it.
package struct RecordedExports: Hashable, Sendable {
  private var variables: [StepPath: [String: String]] = [:]

  package init() {}

  /// - Parameter events: of the runs of a lineage, oldest first.
  package init(in events: some Sequence<AuditEvent>) {
    for event in events where event.kind == SchedulerEvent.finishedKind {
      // Paths of other kinds of events are none of ours; this one was written by us.
      guard case .map(let exports)? = event.payload["exports"], let path = try? StepPath(event.subject) else {
        continue
      }
      variables[path, default: [:]].merge(exports.compactMapValues(\.string)) { $1 }
    }
  }

  /// Without those whose value holds a secret: the ledger has only its mask.
  package func variables(of path: StepPath) -> [String: String] {
    (variables[path] ?? [:]).filter { !Self.isLost($0.value) }
  }

  /// The names of those that cannot be had again, sorted.
  package func lostNames(of path: StepPath) -> [String] {
    (variables[path] ?? [:]).filter { Self.isLost($0.value) }.keys.sorted()
  }

  static func isLost(_ value: String) -> Bool { value.contains(Masker.mask) }
}

extension RunState {
  /// Puts what an attempt has left into the environment of the later steps of its stage.
  ///
  /// - Parameter withOutputs: whether the outputs that are no secrets belong to it.
  func export(_ result: StepResult, of path: StepPath, withOutputs: Bool) {
    guard let stage = path.stage.map(StepPath.init(stage:)) else { return }
    var variables = result.exports
    if withOutputs { variables.merge(result.outputs.filter { !result.secretOutputs.contains($0.key) }) { $1 } }
    if !variables.isEmpty { export(variables, in: stage) }
  }

  /// The same with what is known of an attempt of an earlier run.
  func restore(_ outputs: [String: String], _ exports: [String: String], of path: StepPath, withOutputs: Bool) {
    let result = StepResult(.succeeded, outputs: outputs.filter { !RecordedExports.isLost($0.value) }, exports: exports)
    export(result, of: path, withOutputs: withOutputs)
  }
}
