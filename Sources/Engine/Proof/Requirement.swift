import Model

/// What must be true at the end of every run: `push.ran implies scan.succeeded`.
///
///     expression  = alternative [ "implies" expression ]
///     alternative = conjunction { "or" conjunction }
///     conjunction = negation { "and" negation }
///     negation    = "not" negation | "(" expression ")" | STEP "." WORD | "run" "." WORD
///
/// STEP is a ``NodePattern``. Where it fits several nodes (a pattern, the instances of a strategy), `ran`, `failed` and `ignored` ask for
/// one of them, `succeeded` and `skipped` for all.
package struct Requirement: Hashable, Sendable, CustomStringConvertible {
  package enum Word: String, Hashable, Sendable, CaseIterable {
    /// At least one attempt was made.
    case ran
    case succeeded
    /// FAILED, ERRORED, EXPIRED or ABORTED.
    case failed
    /// It failed, and a failure strategy says to ignore that.
    case ignored
    /// It was left out, or never came to its turn.
    case skipped
  }

  indirect enum Formula: Hashable, Sendable {
    case step(NodePattern, Word)
    case run(Word)
    case not(Formula)
    case and(Formula, Formula)
    case or(Formula, Formula)
    case implies(Formula, Formula)
  }

  package struct ParseError: Error, Hashable {
    package let message: String
  }

  package let description: String
  let formula: Formula

  package init(_ text: String) throws(ParseError) {
    var parser = RequirementParser(text)
    formula = try parser.whole()
    description = text
  }

  /// The patterns that no node of the plan fits, for "did you mean".
  package func strangers(in plan: Plan) -> [NodePattern] {
    patterns.filter { pattern in !plan.templates.contains { pattern.mayMatch($0) } }
  }

  var patterns: [NodePattern] { Self.patterns(of: formula) }

  private static func patterns(of formula: Formula) -> [NodePattern] {
    switch formula {
    case .step(let pattern, _): [pattern]
    case .run: []
    case .not(let inner): patterns(of: inner)
    case .and(let left, let right), .or(let left, let right), .implies(let left, let right):
      patterns(of: left) + patterns(of: right)
    }
  }
}

private struct RequirementParser {
  private var words: [String]
  private var place = 0

  init(_ text: String) {
    words = []
    var word = ""
    for character in text {
      if character == "(" || character == ")" || character.isWhitespace {
        if !word.isEmpty { words.append(word) }
        word = ""
        if !character.isWhitespace { words.append(String(character)) }
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
  }

  mutating func whole() throws(Requirement.ParseError) -> Requirement.Formula {
    let formula = try expression(0)
    if let rest = peek { throw Requirement.ParseError(message: "'\(rest)' is one word too many") }
    return formula
  }

  private var peek: String? { place < words.count ? words[place] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard peek == word else { return false }
    place += 1
    return true
  }

  private mutating func expression(_ depth: Int) throws(Requirement.ParseError) -> Requirement.Formula {
    guard depth < 100 else { throw Requirement.ParseError(message: "it is nested too deeply") }
    let left = try alternative(depth)
    return take("implies") ? .implies(left, try expression(depth + 1)) : left
  }

  private mutating func alternative(_ depth: Int) throws(Requirement.ParseError) -> Requirement.Formula {
    var formula = try conjunction(depth)
    while take("or") { formula = .or(formula, try conjunction(depth)) }
    return formula
  }

  private mutating func conjunction(_ depth: Int) throws(Requirement.ParseError) -> Requirement.Formula {
    var formula = try negation(depth)
    while take("and") { formula = .and(formula, try negation(depth)) }
    return formula
  }

  private mutating func negation(_ depth: Int) throws(Requirement.ParseError) -> Requirement.Formula {
    guard depth < 100 else { throw Requirement.ParseError(message: "it is nested too deeply") }
    if take("not") { return .not(try negation(depth + 1)) }
    if take("(") {
      let formula = try expression(depth + 1)
      guard take(")") else { throw Requirement.ParseError(message: "a ')' is missing") }
      return formula
    }
    guard let text = peek else { throw Requirement.ParseError(message: "something is missing at its end") }
    place += 1
    guard let dot = text.lastIndex(of: "."), dot > text.startIndex,
      let word = Requirement.Word(rawValue: String(text[text.index(after: dot)...]))
    else {
      let known = Requirement.Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw Requirement.ParseError(message: "'\(text)' is not STEP.WORD, where WORD is one of \(known)")
    }
    let name = String(text[..<dot])
    return name == "run" ? .run(word) : .step(NodePattern(name), word)
  }
}

extension Requirement {
  /// - Parameter scheduler: at the end of a run.
  func holds(in scheduler: Scheduler) -> Bool { Self.holds(formula, scheduler) }

  private static func holds(_ formula: Formula, _ scheduler: Scheduler) -> Bool {
    switch formula {
    case .run(let word): return judges(word, scheduler.status(of: .pipeline), hasRun: true)
    case .step(let pattern, let word):
      let found = scheduler.plan.nodes.indices.lazy.filter { index in
        let node = scheduler.plan.nodes[index]
        return node.kind != nil && !node.isStrategy && pattern.matches(node)
      }
      let answers = found.map { judges(word, scheduler.states[$0].status, hasRun: scheduler.hasRun($0)) }
      switch word {
      case .ran, .failed, .ignored: return answers.contains(true)
      case .succeeded, .skipped: return answers.allSatisfy(\.self)
      }
    case .not(let inner): return !holds(inner, scheduler)
    case .and(let left, let right): return holds(left, scheduler) && holds(right, scheduler)
    case .or(let left, let right): return holds(left, scheduler) || holds(right, scheduler)
    case .implies(let left, let right): return !holds(left, scheduler) || holds(right, scheduler)
    }
  }

  private static func judges(_ word: Word, _ status: Status, hasRun: Bool) -> Bool {
    switch word {
    case .ran: hasRun
    case .succeeded: status == .succeeded
    case .failed: status.isFinal && !status.isPositive
    case .ignored: status == .ignoreFailed
    case .skipped: status == .skipped || status == .notStarted
    }
  }
}

extension Scheduler {
  /// A step has had an attempt; a stage or group was entered.
  func hasRun(_ index: Plan.Index) -> Bool {
    if case .step = plan.nodes[index].content { return states[index].attempt > 0 }
    return states[index].status != .skipped && states[index].status != .notStarted
  }
}
