/// One pass over one word.
struct WordLexer {
  /// `${a:-${b:-…}}` may not nest deeper than this.
  private static let maximumDepth = 100

  private let settings: WordExpansion
  private let variables: [String: String]
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var keepsEscapes: Bool
  private var depth = 0
  private(set) var matched: Set<String> = []
  private(set) var unmatched: Set<String> = []

  init(_ word: String, settings: WordExpansion, variables: [String: String]) {
    self.settings = settings
    self.variables = variables
    scalars = Array(word.unicodeScalars)
    keepsEscapes = settings.keepsEscapes
  }

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func next() -> Unicode.Scalar? {
    guard let scalar = peek else { return nil }
    position += 1
    return scalar
  }

  mutating func expandAll() throws(DockerfileError) -> (text: String, words: [String]) {
    try expand(until: nil, keepsEscapes: settings.keepsEscapes)
  }

  /// Up to `stop`, which is passed over, or up to the end of the word.
  private mutating func expand(
    until stop: Unicode.Scalar?, keepsEscapes newKeepsEscapes: Bool
  ) throws(DockerfileError) -> (text: String, words: [String]) {
    let outer = keepsEscapes
    keepsEscapes = newKeepsEscapes
    defer { keepsEscapes = outer }
    var text = ""
    var words = SplitWords()
    while let scalar = next() {
      if scalar == stop { return (text, words.take()) }
      switch scalar {
      case "$":
        let value = try variable()
        text += value
        words.append(value)
      case "'" where settings.quotes != .literal:
        let value = try singleQuoted()
        text += value
        words.appendProtected(value)
      case "\"" where settings.quotes != .literal:
        let value = try doubleQuoted()
        text += value
        words.appendProtected(value)
      case "<":
        // Blanks after << belong to the word, since a heredoc's name may follow them.
        var value = "<"
        if peek == "<" {
          position += 1
          value += "<"
          while let blank = peek, blank == " " || blank == "\t" {
            position += 1
            value.unicodeScalars.append(blank)
          }
        }
        text += value
        words.appendProtected(value)
      case settings.escape.rawValue:
        var value = keepsEscapes ? String(scalar) : ""
        if let escaped = next() { value.unicodeScalars.append(escaped) }
        text += value
        words.appendProtected(value)
      default:
        text.unicodeScalars.append(scalar)
        words.append(scalar)
      }
    }
    if let stop {
      throw DockerfileError(.badSubstitution, "a substitution has no \(stop)")
    }
    return (text, words.take())
  }

  private mutating func singleQuoted() throws(DockerfileError) -> String {
    var text = settings.quotes == .kept ? "'" : ""
    while let scalar = next() {
      if scalar == "'" { return settings.quotes == .kept ? text + "'" : text }
      text.unicodeScalars.append(scalar)
    }
    throw DockerfileError(
      .unterminatedQuote, "a single quote is not closed",
      help: "close the quote, or escape it")
  }

  private mutating func doubleQuoted() throws(DockerfileError) -> String {
    var text = settings.quotes == .kept ? "\"" : ""
    while let scalar = next() {
      switch scalar {
      case "\"": return settings.quotes == .kept ? text + "\"" : text
      case "$": text += try variable()
      case settings.escape.rawValue:
        // Only a quote, a dollar sign and the token itself can be escaped; before anything else the token is literal.
        guard let escaped = peek else { break }
        if escaped == "\"" || escaped == "$" || escaped == settings.escape.rawValue {
          position += 1
          if keepsEscapes { text.unicodeScalars.append(scalar) }
          text.unicodeScalars.append(escaped)
        } else {
          text.unicodeScalars.append(scalar)
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    throw DockerfileError(
      .unterminatedQuote, "a double quote is not closed",
      help: "close the quote, or escape it")
  }

  /// What the dollar sign that was just read introduces.
  private mutating func variable() throws(DockerfileError) -> String {
    guard peek == "{" else {
      let name = readName()
      if name.isEmpty { return "$" }
      return value(of: name) ?? (settings.keepsUnsetVariables ? "$\(name)" : "")
    }
    position += 1
    switch peek {
    case nil: throw Self.missingBrace
    case "{", "}", ":": throw DockerfileError(.badSubstitution, "a substitution names no variable")
    default: break
    }
    guard depth < Self.maximumDepth else {
      throw DockerfileError(.badSubstitution, "substitutions are nested too deeply")
    }
    depth += 1
    defer { depth -= 1 }
    return try substitution(of: readName())
  }

  private mutating func substitution(of name: String) throws(DockerfileError) -> String {
    guard var modifier = next() else { throw Self.missingBrace }
    if modifier == "}" { return value(of: name) ?? (settings.keepsUnsetVariables ? "${\(name)}" : "") }
    if modifier == "/" { return try replacement(in: name) }
    var written = String(modifier)
    let emptyIsUnset = modifier == ":"
    if emptyIsUnset {
      guard let second = next() else { throw Self.missingBrace }
      modifier = second
      written.unicodeScalars.append(second)
    }
    let isTrimming = modifier == "#" || modifier == "%"
    guard "+-?".unicodeScalars.contains(modifier) || (isTrimming && !emptyIsUnset) else {
      throw DockerfileError(.badSubstitution, "a substitution has the unknown modifier \(written)")
    }
    let word = try argument(until: "}", keepsEscapes: isTrimming, orMissing: "}")
    let value = value(of: name)
    if value == nil, settings.keepsUnsetVariables { return "${\(name)\(written)\(word)}" }
    let counts = emptyIsUnset ? value?.isEmpty == false : value != nil
    switch modifier {
    case "-": return counts ? value ?? "" : word
    case "+": return counts ? word : ""
    case "?":
      guard !counts else { return value ?? "" }
      let reason = value == nil ? "has no value" : "has an empty value"
      throw DockerfileError(
        .unsetVariable, word.isEmpty ? "\(name) \(reason)" : "\(name): \(word)",
        help: "give \(name) a value with ARG or ENV")
    default: return try trim(value ?? "", modifier: modifier, word: word)
    }
  }

  private func trim(_ value: String, modifier: Unicode.Scalar, word: String) throws(DockerfileError) -> String {
    let isLongest = word.unicodeScalars.first == modifier
    let pattern = try ShellPattern(isLongest ? String(word.unicodeScalars.dropFirst()) : word)
    return modifier == "#"
      ? pattern.trimPrefix(of: value, longest: isLongest) : pattern.trimSuffix(of: value, longest: isLongest)
  }

  private mutating func replacement(in name: String) throws(DockerfileError) -> String {
    let replacesAll = peek == "/"
    if replacesAll { position += 1 }
    let pattern = try argument(until: "/", keepsEscapes: true, orMissing: "/")
    let replacement = try argument(until: "}", keepsEscapes: true, orMissing: "}")
    guard let value = value(of: name) else {
      return settings.keepsUnsetVariables ? "${\(name)/\(replacesAll ? "/" : "")\(pattern)/\(replacement)}" : ""
    }
    return try ShellPattern(pattern).replace(in: value, with: replacement, all: replacesAll)
  }

  private mutating func argument(
    until stop: Unicode.Scalar, keepsEscapes: Bool, orMissing missing: Unicode.Scalar
  ) throws(DockerfileError) -> String {
    do {
      return try expand(until: stop, keepsEscapes: keepsEscapes).text
    } catch {
      if peek == nil, error.code == .badSubstitution {
        throw DockerfileError(.badSubstitution, "a substitution has no \(missing)")
      }
      throw error
    }
  }

  /// Letters, digits and underscores; or digits alone; or one of the shell's special parameters. None of the latter is ever set.
  private mutating func readName() -> String {
    var name = ""
    while let scalar = peek {
      if name.isEmpty, scalar.isDecimalDigit {
        while let digit = peek, digit.isDecimalDigit {
          position += 1
          name.unicodeScalars.append(digit)
        }
        return name
      }
      if name.isEmpty, "@*#?-$!0".unicodeScalars.contains(scalar) {
        position += 1
        return String(scalar)
      }
      guard scalar.continuesName else { break }
      position += 1
      name.unicodeScalars.append(scalar)
    }
    return name
  }

  private mutating func value(of name: String) -> String? {
    if let value = variables[name] {
      matched.insert(name)
      return value
    }
    unmatched.insert(name)
    return nil
  }

  private static var missingBrace: DockerfileError {
    DockerfileError(.badSubstitution, "a substitution is not closed by }")
  }
}
