import ArgumentParser
import Model

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a finding's code means, with a wrong and a right example.",
    discussion: "Without a code, all are listed. Exit code 2 for a code that does not exist.")

  @Argument(help: ArgumentHelp("A code such as SW5003, or its name, such as not-a-go-boolean.", valueName: "code"))
  var codes: [String] = []

  @Flag(help: "As a JSON array, one object a line.")
  var json = false

  func run() throws {
    let terminal = Terminal.ofThisProcess()
    let found = try codes.isEmpty ? Explanations.all : codes.map(explanation)
    if json {
      let objects = found.map { Self.document($0).canonicalJSON }
      terminal.data("[\n" + objects.joined(separator: ",\n") + "\n]\n")
    } else if codes.isEmpty {
      let rows = found.map {
        [$0.code.description, $0.severity.rawValue, $0.name, $0.summary].map { TextTable.Cell($0) }
      }
      terminal.data(
        TextTable(header: ["CODE", "SEVERITY", "NAME", "SAYS THAT"], rows: rows)
          .lines(width: terminal.dataWidth, terminal.glyphs))
    } else {
      let texts = found.map { ExplanationText($0).lines(width: min(terminal.dataWidth ?? 100, 100)) }
      terminal.data(Array(texts.joined(separator: [""])))
    }
  }

  private func explanation(_ code: String) throws -> DiagnosticExplanation {
    let folded = code.lowercased()
    let all = Explanations.all
    let found = all.first {
      $0.code.description.lowercased() == folded || $0.name == folded || String($0.code.number) == folded
    }
    if let found { return found }
    throw CommandFailure(
      .usage, "there is no code '\(code)'\(Self.suggestion(for: code, among: all)); 'slipway explain' lists all")
  }

  /// The nearest name, or the codes around a number.
  private static func suggestion(for code: String, among all: [DiagnosticExplanation]) -> String {
    let digits = code.uppercased().hasPrefix("SW") ? code.dropFirst(2) : code[...]
    if let number = Int(digits) {
      let nearest = all.map(\.code).sorted { abs($0.number - number) < abs($1.number - number) }.prefix(3).sorted()
      return "; the nearest are \(nearest.map(\.description).joined(separator: ", "))"
    }
    let near = Spelling.nearest(to: String(code.prefix(64)), among: all.flatMap { [$0.name, $0.code.description] })
    return near.map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func document(_ explanation: DiagnosticExplanation) -> Value {
    [
      "code": .string(explanation.code.description), "name": .string(explanation.name),
      "severity": .string(explanation.severity.rawValue), "summary": .string(explanation.summary),
      "reason": .string(explanation.reason), "wrong": .string(explanation.wrong.plainText),
      "right": .string(explanation.right.plainText),
    ]
  }
}
