import Model

/// The flags of one instruction, checked against those that it knows. None is ever ignored.
struct FlagReader {
  enum Kind {
    /// `--link`, `--link=true`, `--link=false`.
    case boolean
    case single
    case repeated
  }

  private(set) var mistakes: [SyntaxMistake] = []
  private var values: [String: [String]] = [:]

  init(_ node: Node, knowing known: KeyValuePairs<String, Kind> = [:]) {
    for flag in node.flags {
      do throws(SyntaxMistake) {
        let (name, value) = try Self.read(flag, knowing: known, keyword: node.keyword.uppercased())
        let isRepeatable = known.contains { $0.key == name && $0.value == .repeated }
        guard values[name] == nil || isRepeatable else {
          throw SyntaxMistake(
            .invalidFlag, "--\(name) is given twice", help: "keep one of them", underline: "--\(name)")
        }
        values[name, default: []].append(value)
      } catch {
        mistakes.append(error)
      }
    }
  }

  private static func read(
    _ flag: String, knowing known: KeyValuePairs<String, Kind>, keyword: String
  ) throws(SyntaxMistake) -> (name: String, value: String) {
    let text = String(flag.unicodeScalars.dropFirst(2))
    let (name, value) = text.cut(at: "=").map { ($0.before, Optional($0.after)) } ?? (text, nil)
    guard let kind = known.first(where: { $0.key == name })?.value else {
      throw SyntaxMistake(
        .unknownFlag, "unknown flag: --\(name)", help: help(for: name, known: known.map(\.key), keyword: keyword),
        underline: "--\(name)")
    }
    switch (kind, value) {
    case (.boolean, nil): return (name, "true")
    case (.boolean, let value?) where !value.isEmpty:
      let lowered = value.lowercased()
      guard lowered == "true" || lowered == "false" else {
        throw SyntaxMistake(
          .invalidFlag, "--\(name) must be true or false, not \(value)", help: "write true or false",
          underline: "--\(name)")
      }
      return (name, lowered)
    case (.single, let value?), (.repeated, let value?): return (name, value)
    default:
      throw SyntaxMistake(
        .invalidFlag, "--\(name) needs a value", help: "write --\(name)=VALUE, without blanks",
        underline: "--\(name)")
    }
  }

  private static func help(for name: String, known: [String], keyword: String) -> String {
    if let nearest = Spelling.nearest(to: name, among: known) { return "did you mean --\(nearest)?" }
    if known.isEmpty { return "\(keyword) takes no flags; a value that begins with -- goes behind a bare --" }
    return "\(keyword) knows \(known.map { "--\($0)" }.joined(separator: ", "))"
  }

  /// The value of a flag that may be given once; an empty one counts as not given.
  func value(of name: String) -> String? {
    values[name]?.first.flatMap { $0.isEmpty ? nil : $0 }
  }

  func values(of name: String) -> [String] { values[name] ?? [] }

  /// Nil if the flag was not given.
  func boolean(_ name: String) -> Bool? { values[name].map { $0.first == "true" } }
}
