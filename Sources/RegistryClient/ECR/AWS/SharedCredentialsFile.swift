/// The settings in `~/.aws/credentials`.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html. Lines that the format does not know have no say.
struct SharedCredentialsFile {
  /// By profile and name; names are in lower case.
  private(set) var profiles: [String: [String: String]] = [:]

  init(_ text: String) {
    var profile: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = Self.trimmed(line)
      if line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("[") {
        // What follows the bracket is a comment.
        profile = line.firstIndex(of: "]").map { Self.trimmed(line[line.index(after: line.startIndex)..<$0]) }
        if let profile { profiles[profile, default: [:]] = profiles[profile] ?? [:] }
      } else if let profile, let equals = line.firstIndex(of: "=") {
        let value = Self.withoutComment(line[line.index(after: equals)...])
        profiles[profile]?[Self.trimmed(line[..<equals]).lowercased()] = value.isEmpty ? nil : value
      }
    }
  }

  /// A comment after a value has a space before its sign.
  private static func withoutComment(_ value: Substring) -> String {
    let signs = [" #", " ;", "\t#", "\t;"]
    let end = signs.compactMap { value.firstRange(of: $0)?.lowerBound }.min() ?? value.endIndex
    return trimmed(value[..<end])
  }

  private static func trimmed(_ text: Substring) -> String {
    let front = text.drop(while: \.isWhitespace)
    return String(front.reversed().drop(while: \.isWhitespace).reversed())
  }
}
