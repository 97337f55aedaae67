import Model

/// An explanation as people read it on a terminal.
struct ExplanationText {
  private let explanation: DiagnosticExplanation

  init(_ explanation: DiagnosticExplanation) {
    self.explanation = explanation
  }

  /// - Parameter width: paragraphs are broken to it; examples are not.
  func lines(width: Int) -> [StyledLine] {
    var heading = StyledLine("\(explanation.code) \(explanation.name)", .bold)
    heading.append(" (\(explanation.severity.rawValue))", explanation.severity.style)
    var lines = [heading, "", StyledLine(Self.sentence(explanation.summary)), ""]
    lines += Self.wrapped(explanation.reason, width: max(40, width)).map { StyledLine($0) }
    for (title, example) in [("Wrong:", explanation.wrong), ("Right:", explanation.right)] {
      lines += ["", StyledLine(title, .bold), ""]
      lines += Self.example(example).map { StyledLine($0.isEmpty ? "" : "    " + $0) }
    }
    return lines
  }

  private static func example(_ example: DiagnosticExplanation.Example) -> [String] {
    var lines = example.plainText.split(separator: "\n", omittingEmptySubsequences: false).map {
      HarmlessText.inLine($0)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  static func sentence(_ summary: String) -> String {
    summary.prefix(1).uppercased() + summary.dropFirst() + "."
  }

  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines = [String]()
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, TextWidth.of(line) + 1 + TextWidth.of(String(word)) > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
