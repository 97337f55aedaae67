import Model

/// The documentation's article on all codes, made from their explanations.
enum DiagnosticsArticle {
  static var text: String {
    var text = """
      # Diagnostics

      Every code that Slipway reports, with its reason and a wrong and a right example.

      ## Overview

      `slipway lint` checks pipelines and reports what it finds under these codes; a code never gets another meaning. `slipway explain CODE`
      shows the same on the terminal. This article is made from the program: a test compares it, and `RECORD_SNAPSHOTS=1` writes it anew.

      | code | severity | name | says that |
      | --- | --- | --- | --- |

      """
    for explanation in Explanations.all {
      text +=
        "| \(explanation.code) | \(explanation.severity.rawValue) | \(explanation.name) | \(cell(explanation.summary)) |\n"
    }
    var group = 0
    for explanation in Explanations.all {
      if explanation.code.number / 1000 != group {
        group = explanation.code.number / 1000
        text += "\n## \(titles[group] ?? "Others")\n"
      }
      text += section(explanation)
    }
    return text
  }

  private static let titles = [
    1: "Syntax", 2: "Model", 3: "Expressions", 4: "References", 5: "Build and push", 6: "Scan and custody",
    7: "Security",
  ]

  private static func section(_ explanation: DiagnosticExplanation) -> String {
    """

    ### \(explanation.code) \(explanation.name)

    \(ExplanationText.sentence(prose(explanation.summary))) \(prose(explanation.reason))

    Wrong:

    \(code(explanation.wrong))
    Right:

    \(code(explanation.right))
    """
  }

  private static func code(_ example: DiagnosticExplanation.Example) -> String {
    let language =
      switch example.frame {
      case .dockerfile: "dockerfile"
      case .expression, .sketch: ""
      default: "yaml"
      }
    var text = example.plainText
    if !text.hasSuffix("\n") { text += "\n" }
    return "```\(language)\n\(text)```\n"
  }

  private static func cell(_ text: String) -> String { prose(text).replacing("|", with: "\\|") }

  /// What Markdown would take for markup in running text.
  private static func prose(_ text: String) -> String {
    text.replacing("<", with: "\\<").replacing("*", with: "\\*").replacing("_", with: "\\_")
  }
}
