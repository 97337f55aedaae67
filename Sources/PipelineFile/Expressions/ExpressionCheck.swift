import Expressions
package import Model

/// Checks every expression of a file as far as the file alone can tell: how it is spelt, or whether anything can give its names a value.
package struct ExpressionCheck {
  /// Of one file; more are no help to anybody.
  private static let mostDiagnostics = 200
  /// What people write for people, and what is filled in elsewhere, is evaluated by nobody here.
  static func isUnread(_ key: String) -> Bool {
    switch key {
    case "description", "templateInputs", "notificationRules": true
    default: false
    }
  }

  private enum Subject { case spelling, names }

  private let subject: Subject
  private let sources: [String: SourceText]
  private var diagnostics: [Diagnostic] = []
  private var seen = Set<SourceSpan>()
  private let root: Node
  /// Of a file without expressions nobody asks for them.
  private lazy var names = KnownNames(of: root)

  private init(_ subject: Subject, _ root: Node, _ sources: [SourceText]) {
    self.subject = subject
    self.root = root
    self.sources = Dictionary(sources.map { ($0.file, $0) }) { first, _ in first }
  }

  /// What is wrong with the spelling of expressions.
  ///
  /// - Returns: errors in the order of the file; each place once, even where an anchor is used several times.
  package static func spelling(in root: Node, sources: [SourceText]) -> [Diagnostic] {
    var check = ExpressionCheck(.spelling, root, sources)
    check.visit(root, key: "", runsHere: true)
    return check.diagnostics
  }

  /// Names and functions that do not exist anywhere, in stages that run here.
  package static func unknownNames(in root: Node, sources: [SourceText]) -> [Diagnostic] {
    var check = ExpressionCheck(.names, root, sources)
    check.visit(root, key: "", runsHere: true)
    return check.diagnostics
  }

  private mutating func visit(_ node: Node, key: String, runsHere: Bool) {
    guard diagnostics.count < Self.mostDiagnostics, !Self.isUnread(key) else { return }
    switch node {
    case .scalar(let scalar): check(scalar, key: key, runsHere: runsHere)
    case .sequence(let sequence): for element in sequence.elements { visit(element, key: key, runsHere: runsHere) }
    case .mapping(let mapping):
      var runsHere = runsHere
      if key == "stage", case .scalar(let type)? = mapping["type"] {
        runsHere = ["ci", "securitytests"].contains(type.text.lowercased())
      }
      for entry in mapping.entries { visit(entry.value, key: entry.key.text, runsHere: runsHere) }
    }
  }

  private mutating func check(_ scalar: Node.Scalar, key: String, runsHere: Bool) {
    let mayHold = scalar.text.mentions("<+")
    let isCondition = key == "condition" && !mayHold && !scalar.text.isEmpty
    guard mayHold || isCondition else { return }
    do {
      let references =
        isCondition ? try ExpressionReferences(inCondition: scalar.text) : try ExpressionReferences(in: scalar.text)
      guard runsHere, subject == .names else { return }
      for path in references.paths {
        guard let error = names.error(for: path.names) else { continue }
        report(error, ofExpressionAt: path.offset, scalar)
      }
      for call in references.calls {
        guard let error = names.error(forCall: call) else { continue }
        report(error, ofExpressionAt: call.offset, scalar)
      }
    } catch {
      guard subject == .spelling else { return }
      let range =
        error.place.map { $0..<ExpressionPlaces.endOfWord(from: $0, in: scalar.text) }
        ?? ExpressionPlaces.range(ofExpressionAt: error.offset ?? 0, in: scalar.text)
      report(error, at: range, scalar)
    }
  }

  private mutating func report(_ error: ExpressionError, ofExpressionAt offset: Int, _ scalar: Node.Scalar) {
    let range = ExpressionPlaces.range(ofExpressionAt: offset, in: scalar.text)
    let written = String(decoding: Array(scalar.text.utf8)[range].prefix(160), as: UTF8.self)
    let located = ExpressionError(
      error.code, error.message, expression: written, offset: offset, names: error.names,
      suggestion: error.suggestion, help: error.help)
    report(located, at: range, scalar)
  }

  private mutating func report(_ error: ExpressionError, at range: Range<Int>, _ scalar: Node.Scalar) {
    let span = sources[scalar.span.file].map { ScalarPlaces(scalar, in: $0).span(of: range) } ?? scalar.span
    guard seen.insert(span).inserted else { return }
    diagnostics.append(error.diagnostic(at: span))
  }
}

/// Stretches of a text that a message is about.
package enum ExpressionPlaces {
  /// From `<+` to its `>`; the whole text where none starts there, up to the line's end where it is never closed.
  package static func range(ofExpressionAt offset: Int, in text: String) -> Range<Int> {
    let bytes = Array(text.utf8)
    guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "<"), bytes[offset + 1] == UInt8(ascii: "+") else {
      return 0..<bytes.count
    }
    var depth = 0
    var index = offset
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "+") {
        depth += 1
        index += 1
      } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ">") {
        index += 1
      } else if bytes[index] == UInt8(ascii: ">") {
        depth -= 1
        if depth == 0 { return offset..<(index + 1) }
      }
      index += 1
    }
    let lineEnd = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.count
    return offset..<max(lineEnd, offset + 2)
  }

  /// Behind the word or the character at a place.
  package static func endOfWord(from start: Int, in text: String) -> Int {
    let bytes = Array(text.utf8)
    var end = start
    while end < bytes.count, isWord(bytes[end]) { end += 1 }
    return min(max(end, start + 1), max(bytes.count, start))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }
}
