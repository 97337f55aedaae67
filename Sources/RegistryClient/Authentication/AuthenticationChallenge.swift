/// What a registry demands with status 401; see RFC 9110, section 11.6.1.
struct AuthenticationChallenge: Hashable {
  /// Lower case: `bearer`, `basic`.
  var scheme: String
  /// Names in lower case.
  var parameters: [String: String] = [:]

  /// Reads the values of `WWW-Authenticate`; one value may hold several challenges. What cannot be read is left out.
  static func parse(_ values: [String]) -> [AuthenticationChallenge] {
    var challenges: [AuthenticationChallenge] = []
    for value in values {
      var reader = Reader(rest: value[...])
      while let word = reader.word() {
        if reader.skip("="), let text = reader.value() {
          if !challenges.isEmpty { challenges[challenges.count - 1].parameters[word.lowercased()] = text }
        } else {
          challenges.append(AuthenticationChallenge(scheme: word.lowercased()))
        }
      }
    }
    return challenges
  }

  private struct Reader {
    var rest: Substring

    /// The next token, after commas and white space.
    mutating func word() -> String? {
      rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
      let word = rest.prefix { $0 != "=" && $0 != "," && $0 != " " && $0 != "\"" }
      rest = rest.dropFirst(word.count)
      return word.isEmpty ? nil : String(word)
    }

    mutating func skip(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// A token or a quoted string.
    mutating func value() -> String? {
      guard skip("\"") else { return word() }
      var text = ""
      while let character = rest.popFirst() {
        switch character {
        case "\"": return text
        case "\\": if let escaped = rest.popFirst() { text.append(escaped) }
        default: text.append(character)
        }
      }
      return nil
    }
  }
}
