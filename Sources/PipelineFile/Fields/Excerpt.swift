import Model

/// How messages quote what a file says: short, and on one line.
enum Excerpt {
  static func quoted(_ text: String) -> String {
    let line = text.prefix { !$0.isNewline }
    let short = line.prefix(60)
    return "'" + short + (short.count < text.count ? "…" : "") + "'"
  }

  /// "a 'b', 'c' or 'd'" without the article.
  static func alternatives(_ words: [String]) -> String {
    let quoted = words.map { "'" + $0 + "'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }

  /// What a value is, as a person would call it.
  static func kind(of node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar) where scalar.text.hasPrefix("<+input>"): "a runtime input"
    case .scalar(let scalar) where scalar.text.mentions("<+"): "an expression"
    case .scalar(let scalar): quoted(scalar.text)
    }
  }

  /// "did you mean 'x'?", when one of the words is near.
  static func suggestion(for word: String, among words: some Sequence<String>) -> String? {
    nearest(to: word, among: words).map { "did you mean '\($0)'?" }
  }

  static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    // A word of this length is no slip of the fingers, and comparing it would take its time.
    guard word.utf8.count <= 128 else { return nil }
    return Spelling.nearest(to: word, among: words)
  }
}
