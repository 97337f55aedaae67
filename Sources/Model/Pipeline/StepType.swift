/// A step type that Harness knows, and what becomes of it on this machine.
package struct StepType: Hashable, Sendable {
  /// What kinds of steps there are, as the reference lists them.
  package enum Family: String, Hashable, Sendable, CaseIterable {
    case scripts = "Scripts, tests and services"
    case source = "Source code"
    case build = "Build and push"
    case caches = "Caches and uploads"
    case control = "Control of the run"
    case scanners = "Security scanners"
    case supplyChain = "Software supply chain"
    case platform = "Harness platform"
  }

  /// The three things that can become of a step here. What cannot run is never taken for passed.
  package enum Support: Hashable, Sendable {
    case runs
    /// Runs, and the sentence says what is not as on Harness.
    case differs(String)
    /// Recognised, and the sentence says why it cannot run.
    case cannotRun(String)
  }

  package let name: String
  package let family: Family
  package let support: Support

  /// Whether steps of the type are carried out on this machine.
  package var isRunnable: Bool {
    if case .cannotRun = support { false } else { true }
  }

  /// Why steps of the type do not run here; nil when they do.
  package var obstacle: String? {
    if case .cannotRun(let reason) = support { reason } else { nil }
  }

  /// The type that a step's `type:` names, in that very spelling.
  package static func named(_ name: String) -> StepType? { byName[name] }

  /// The same without regard to upper and lower case.
  package static func spelt(like name: String) -> StepType? {
    name.utf8.count <= 64 ? byLoweredName[name.lowercased()] : nil
  }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
  private static let byLoweredName = Dictionary(all.map { ($0.name.lowercased(), $0) }) { first, _ in first }
}
