/// The parser directives: comments of the form `# name=value` before anything else in the file.
package struct Directives: Hashable, Sendable {
  package var escape = EscapeToken.backslash
  /// The frontend image that the author asked for. Kept for the record: this parser is the frontend.
  package var syntax: String?
  /// Which build checks to skip and whether they are errors.
  package var check: String?

  package init() {}
}

/// Reads directives line by line until the first line that is none.
struct DirectiveParser {
  struct Mistake: Error {
    let message: String
    let help: String
  }

  private(set) var directives = Directives()
  private var seen: Set<String> = []
  private var isDone = false

  /// Whether `line`, whose indentation has been taken off, is a directive.
  mutating func read(_ line: String) throws(Mistake) -> Bool {
    if isDone { return false }
    guard let (name, value) = Self.split(line), ["escape", "syntax", "check"].contains(name) else {
      isDone = true
      return false
    }
    guard seen.insert(name).inserted else {
      throw Mistake(message: "the directive \(name) is given twice", help: "remove this line")
    }
    switch name {
    case "escape":
      guard let scalar = value.unicodeScalars.first, value.unicodeScalars.count == 1,
        let escape = EscapeToken(rawValue: scalar)
      else {
        throw Mistake(
          message: "the escape token must be ` or \\, not '\(value)'", help: "write # escape=` or # escape=\\")
      }
      directives.escape = escape
    case "syntax": directives.syntax = value
    default: directives.check = value
    }
    return true
  }

  private static func split(_ line: String) -> (name: String, value: String)? {
    guard line.unicodeScalars.first == "#", let (left, right) = line.dropFirst().cut(at: "=") else { return nil }
    let name = left.trimmed
    guard let first = name.utf8.first, isLetter(first), name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) })
    else { return nil }
    return right.isEmpty ? nil : (name.lowercased(), right.trimmed)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }
}
