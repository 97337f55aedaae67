package import Model

/// Reads a `.env` file of secrets: `NAME=value` on each line, `#` comments, an optional `export`.
///
/// In double quotes `\n`, `\"`, `\\` and `\$` are escapes; in single quotes nothing is. Without quotes the value ends at the
/// line's end or before ` #`. Nothing is expanded.
package enum EnvironmentFile {
  /// One line's name and value.
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let value: ConcealedText
    package let span: SourceSpan

    package init(name: String, value: ConcealedText, span: SourceSpan) {
      self.name = name
      self.value = value
      self.span = span
    }
  }

  /// No message quotes a value: the file holds secrets.
  package static func read(_ source: SourceText) -> (entries: [Entry], diagnostics: [Diagnostic]) {
    var entries = [Entry]()
    var diagnostics = [Diagnostic]()
    let text = String(decoding: source.bytes, as: UTF8.self)
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let span = SourceSpan(file: source.file, line: index + 1)
      var line = trimmed(raw)
      if line.isEmpty || line.hasPrefix("#") || line == "\u{FEFF}" { continue }
      if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
      guard let equals = line.firstIndex(of: "=") else {
        diagnostics.append(
          Diagnostic(.invalidSetting, "this line is no assignment", at: span, help: "write it as 'NAME=value'"))
        continue
      }
      let name = String(trimmed(line[..<equals]))
      do {
        _ = try ScopedReference(name)
      } catch {
        diagnostics.append(
          Diagnostic(
            .invalidReference, "the name before '=' is no identifier of a secret", at: span,
            help: "use letters, digits and '_', with 'org.' or 'account.' in front where that is meant"))
        continue
      }
      guard let value = value(trimmed(line[line.index(after: equals)...])) else {
        diagnostics.append(
          Diagnostic(.invalidSetting, "the quotes around the value of '\(name)' are not closed", at: span))
        continue
      }
      entries.append(Entry(name: name, value: ConcealedText(value), span: span))
    }
    return (entries, diagnostics)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func value(_ text: Substring) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      let end = text.indices.first {
        text[$0] == "#" && $0 > text.startIndex && " \t".contains(text[text.index(before: $0)])
      }
      return String(trimmed(text[..<(end ?? text.endIndex)]))
    }
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character == quote { return value }
      if character == "\\", quote == "\"", let escaped = rest.popFirst() {
        value.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
      } else {
        value.append(character)
      }
    }
    return nil
  }
}
