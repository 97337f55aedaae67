import Model

/// The file that steps append `NAME=value` lines to: `HARNESS_OUTPUT_FILE`, also called `DRONE_OUTPUT`.
///
/// Read as Harness's executor reads it, by the rules of godotenv: quotes are taken off, `\n` in double quotes is a line break.
package enum OutputFile {
  /// Harness's limit for one line.
  static let longestLine = 65536

  /// - Throws: ``StepFailure`` when the line that the value would make is too long.
  static func checkLength(of value: String, name: String) throws(StepFailure) {
    guard name.utf8.count + 1 + value.utf8.count > longestLine else { return }
    throw StepFailure(.configuration, "output variable length is more than \(longestLine) bytes: \(name)")
  }

  /// - Throws: ``StepFailure`` for a line that is too long.
  package static func parse(_ text: String) throws(StepFailure) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
      guard line.utf8.count <= longestLine else {
        throw StepFailure(.configuration, "output variable length is more than \(longestLine) bytes")
      }
      var rest = line.drop(while: \.isWhitespace)
      guard !rest.hasPrefix("#") else { continue }
      if rest.hasPrefix("export ") { rest = rest.dropFirst("export ".count) }
      guard let equals = rest.firstIndex(of: "=") else { continue }
      let name = rest[..<equals].filter { !$0.isWhitespace }
      guard !name.isEmpty else { continue }
      values[String(name)] = value(rest[rest.index(after: equals)...])
    }
    return values
  }

  /// The form in which Harness's executor itself writes values, so that they may hold line ends: `__B64__` and Base64.
  private static func base64(_ written: Substring) -> String? {
    guard written.hasPrefix("__B64__") else { return nil }
    var text = written.dropFirst("__B64__".count)
    while text.last?.isWhitespace == true { text.removeLast() }
    return Base64.decode(text).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func value(_ written: Substring) -> String {
    if let encoded = base64(written) { return encoded }
    var text = written.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    guard text.count >= 2, let quote = text.first, text.last == quote, quote == "\"" || quote == "'" else {
      return String(text)
    }
    let inner = text.dropFirst().dropLast()
    guard quote == "\"" else { return String(inner) }
    var result = ""
    var isEscaped = false
    for character in inner {
      if isEscaped {
        result.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
