import Model
import PipelineFile

/// Asks a person for the values of runtime inputs, one after the other, until each is one that may be given.
struct InputPrompt {
  /// The person went away before everything was answered.
  struct Abandoned: Error {}

  let conversation: Conversation
  /// What choices that are expressions see.
  let root: Node?

  /// - Returns: the answers, each as `--input` would give it.
  /// - Throws: ``Abandoned``.
  func ask(_ fields: [InputField]) throws(Abandoned) -> [InputSource] {
    guard !fields.isEmpty else { return [] }
    conversation.say([
      StyledLine("The pipeline asks for \(counted(fields.count, "value")). Ctrl-D ends it.", .bold)
    ])
    var answers = [InputSource]()
    for field in fields { answers.append(.assignment(path: field.path, value: try ask(field))) }
    return answers
  }

  private func ask(_ field: InputField) throws(Abandoned) -> String {
    let choices = field.choices(in: root)
    conversation.say(heading(field, choices))
    while true {
      conversation.ask(field.defaultText.map { "[\(HarmlessText.inLine($0))] > " } ?? "> ")
      guard let line = conversation.answer() else {
        conversation.say([""])
        throw Abandoned()
      }
      let text = Self.chosen(Self.trimmed(line), choices)
      if text.isEmpty {
        if let value = field.defaultText { return value }
        conversation.say([StyledLine("  a value is needed", .yellow)])
        continue
      }
      guard let refusal = field.refusal(of: text, in: root) else { return text }
      conversation.say([StyledLine("  " + HarmlessText.inLine(refusal), .yellow)])
    }
  }

  private func heading(_ field: InputField, _ choices: [String]?) -> [StyledLine] {
    let kind =
      switch field.input.selection {
      case .one where choices != nil: "one of the choices"
      case .many where choices != nil: "some of the choices, with commas between"
      default: field.variableKind ?? (field.isText ? "text" : "text, or YAML for a list or a mapping")
      }
    var lines: [StyledLine] = ["", StyledLine(HarmlessText.inLine(field.path), .bold).appending(" (\(kind))")]
    if let summary = field.summary { lines.append(StyledLine("  " + HarmlessText.inLine(summary))) }
    for (number, choice) in (choices ?? []).enumerated() {
      lines.append(StyledLine("  \(number + 1)) \(HarmlessText.inLine(choice))"))
    }
    if let pattern = field.input.pattern { lines.append(StyledLine("  matches \(HarmlessText.inLine(pattern))")) }
    if field.variableKind == "Secret" { lines.append("  a secret's identifier, not its value") }
    return lines
  }

  /// Numbers stand for choices, unless they are choices themselves.
  private static func chosen(_ text: String, _ choices: [String]?) -> String {
    guard let choices else { return text }
    let words = text.split(separator: ",").map { trimmed(String($0)) }
    let resolved = words.map { word in
      if !choices.contains(word), let number = Int(word), choices.indices.contains(number - 1) {
        return choices[number - 1]
      }
      return word
    }
    return resolved == words ? text : resolved.joined(separator: ",")
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
