/// What is to hold in every run of a pipeline, whatever its steps come to.
package enum Property: Hashable, Sendable, CustomStringConvertible {
  /// No image is pushed unless its scan ran and passed.
  case scannedBeforePush
  /// No step reads a file that no earlier step wrote on that path.
  case writtenBeforeRead
  /// Every failure path ends in a failed run.
  case failuresFail
  case requirement(Requirement)

  package static let builtIn: [Property] = [.scannedBeforePush, .writtenBeforeRead, .failuresFail]

  /// As the command line names it.
  package var name: String {
    switch self {
    case .scannedBeforePush: "scanned-before-push"
    case .writtenBeforeRead: "written-before-read"
    case .failuresFail: "failures-fail"
    case .requirement(let requirement): requirement.description
    }
  }

  package var description: String {
    switch self {
    case .scannedBeforePush: "no image is pushed unless its scan ran and passed"
    case .writtenBeforeRead: "no step reads a file that no earlier step wrote on that path"
    case .failuresFail: "every failure path ends in a failed run"
    case .requirement(let requirement): requirement.description
    }
  }
}

/// What an exploration has come to.
package struct Proof: Sendable {
  /// A run in which a property does not hold, as short as any.
  package struct Counterexample: Sendable {
    /// The run up to the moment at which it is clear.
    package let history: RunHistory
    /// What is wrong in it, in one sentence.
    package let explanation: String
  }

  package enum Verdict: Sendable {
    case holds
    case broken(Counterexample)
    /// No counterexample was found in as much as was looked at.
    case undecided
  }

  package let verdicts: [(property: Property, verdict: Verdict)]
  /// How many different states were looked at.
  package let stateCount: Int
  /// Whether everything was looked at.
  package let isComplete: Bool
  /// What had to be assumed, since the file alone does not say it.
  package let assumptions: [String]

  package var isBroken: Bool {
    verdicts.contains { if case .broken = $0.verdict { true } else { false } }
  }
}
