import Model

/// Checks how runtime inputs are written, whether or not anything is given for them.
struct InputSyntax {
  let problems: Problems

  func check(_ root: Node) {
    TreeRewriter.visit(root, at: "") { scalar, place in
      if RuntimeInput.isMeant(by: scalar.text) {
        check(scalar, place)
      } else if scalar.text.mentions(RuntimeInput.marker), place.key != "command" {
        problems.report(
          .inputWithinText, .warning, "a runtime input stands alone, and here it is part of a text", at: scalar.span,
          notes: ["Harness asks for a value only where nothing stands in front of '<+input>'"],
          help: "give a variable the value '<+input>', and write '<+pipeline.variables.NAME>' here")
      }
    }
  }

  private func check(_ scalar: Node.Scalar, _ place: TreeRewriter.Place) {
    let input: RuntimeInput
    do {
      input = try RuntimeInput(scalar.text)
    } catch {
      problems.report(.invalidRuntimeInput, error.message, at: scalar.span, help: error.help)
      return
    }
    if let pattern = input.pattern, !InputRules.isPattern(pattern) {
      problems.report(
        .invalidInputPattern, "\(Excerpt.quoted(pattern)) is no regular expression", at: scalar.span,
        help: "check its brackets and parentheses; a literal one has a '\\' in front")
      return
    }
    let field = InputField(input, scalar, place)
    guard let value = field.defaultValue, let refusal = InputRules(field).refusal(of: value, in: nil) else { return }
    problems.report(
      .defaultNotAllowed, "the default \(refusal.message)", at: scalar.span, notes: refusal.notes,
      help: "choose a default that may be given")
  }
}
