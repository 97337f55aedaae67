package import Model

/// What steps are made to come to in a simulation. What it does not mention succeeds.
package struct OutcomeScript: Sendable {
  package enum Outcome: Hashable, Sendable {
    case success
    case failure(FailureType, exitCode: Int?)
    /// Goes on until a time limit ends it: its own, its group's, its stage's or the pipeline's.
    case endless
  }

  package struct Rule: Hashable, Sendable {
    package let pattern: NodePattern
    /// Nil means every attempt.
    package let attempt: Int?
    package let outcome: Outcome

    package init(_ pattern: NodePattern, attempt: Int? = nil, _ outcome: Outcome) {
      self.pattern = pattern
      self.attempt = attempt
      self.outcome = outcome
    }
  }

  package struct Output: Hashable, Sendable {
    package let pattern: NodePattern
    package let name: String
    package let value: String

    package init(_ pattern: NodePattern, _ name: String, _ value: String) {
      self.pattern = pattern
      self.name = name
      self.value = value
    }
  }

  package enum ParseError: Error, Hashable {
    case malformed(String)
    case unknownFailure(String, in: String)
  }

  package var rules: [Rule] = []
  package var outputs: [Output] = []

  package init() {}

  /// Takes in one line of the command line: `STEP=fail`, `STEP=fail:Timeout`, `STEP=fail:137`, `STEP=timeout`, `STEP=succeed`,
  /// `STEP#2=…` for the second attempt only, `STEP.NAME=value` for an output variable. STEP is a ``NodePattern``.
  package mutating func add(_ text: String) throws(ParseError) {
    guard let equals = text.firstIndex(of: "=") else { throw .malformed(text) }
    let left = text[..<equals]
    let right = String(text[text.index(after: equals)...])
    if let (step, name) = Self.output(left) {
      outputs.append(Output(NodePattern(step), name, right))
      return
    }
    var step = left
    var attempt: Int?
    if let hash = left.lastIndex(of: "#") {
      guard let number = Int(left[left.index(after: hash)...]), number > 0 else { throw .malformed(text) }
      attempt = number
      step = left[..<hash]
    }
    guard !step.isEmpty else { throw .malformed(text) }
    let words = right.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let outcome: Outcome
    switch (words[0], words.count) {
    case ("succeed", 1), ("success", 1): outcome = .success
    case ("timeout", 1): outcome = .endless
    case ("fail", 1): outcome = .failure(.unknown, exitCode: 1)
    case ("fail", 2):
      if let code = Int(words[1]), code > 0 {
        outcome = .failure(.unknown, exitCode: code)
      } else if let type = FailureType.allCases.first(where: { $0.rawValue.lowercased() == words[1].lowercased() }) {
        outcome = .failure(type, exitCode: nil)
      } else {
        throw .unknownFailure(words[1], in: text)
      }
    default: throw .malformed(text)
    }
    rules.append(Rule(NodePattern(String(step)), attempt: attempt, outcome))
  }

  /// `STEP.NAME`, where STEP may be a path in its long form, which has dots of its own.
  private static func output(_ text: Substring) -> (step: String, name: String)? {
    guard let dot = text.lastIndex(of: ".") else { return nil }
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    if words[0] == "stages", words.count.isMultiple(of: 2) { return nil }
    return (String(text[..<dot]), String(text[text.index(after: dot)...]))
  }

  /// The patterns that no node of the plan fits, for "did you mean".
  package func strangers(in plan: Plan) -> [NodePattern] {
    let patterns = rules.map(\.pattern) + outputs.map(\.pattern)
    return patterns.filter { pattern in !plan.templates.contains { pattern.mayMatch($0) } }
  }

  // MARK: Answers

  /// The later of two rules that fit comes first, and one for this very attempt before one for all.
  func outcome(of node: Plan.Node, attempt: Int) -> Outcome {
    guard !rules.isEmpty else { return .success }
    let fitting = rules.filter { ($0.attempt == nil || $0.attempt == attempt) && $0.pattern.matches(node) }
    return (fitting.last { $0.attempt != nil } ?? fitting.last)?.outcome ?? .success
  }

  func outputs(of node: Plan.Node) -> [String: String] {
    guard !outputs.isEmpty else { return [:] }
    return outputs.reduce(into: [:]) { found, output in
      if output.pattern.matches(node) { found[output.name] = output.value }
    }
  }
}
