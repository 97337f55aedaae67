import Engine
import Model

/// Shows what is not the same in two runs.
struct RunComparisonView {
  /// So many files of one list are shown to people.
  private static let shownFiles = 20

  private let comparison: RunComparison

  init(_ comparison: RunComparison) {
    self.comparison = comparison
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON { terminal.data(document.canonicalJSON + "\n") } else { terminal.data(lines(terminal)) }
  }

  private func lines(_ terminal: Terminal) -> [StyledLine] {
    let runs = [comparison.left.run, comparison.right.run]
    var lines = zip(["a", "b"], runs).map { name, run in
      StyledLine("\(name)  ", .dim).appending("\(run.pipeline)#\(run.sequenceID) ", .bold)
        .appending("\(run.status.word), \(terminal.localTime(run.startedAt)) (\(run.id))", run.status.style)
    }
    if let step = comparison.divergence {
      lines += ["", StyledLine("the same inputs, and another result", .red)]
      lines.append(StyledLine("  the first step to differ is \(StepChoice.short(step.path)), with \(Self.first(step))"))
    }
    if comparison.isEmpty { lines += ["", StyledLine("nothing differs but the times")] }
    lines += section("inputs", comparison.inputs)
    lines += files("codebase", comparison.codebase)
    for step in comparison.steps {
      lines += ["", StyledLine("step \(StepChoice.short(step.path))", .bold)]
      lines += step.differences.map(Self.line)
      lines += files("  found in the workspace", step.found).dropFirst()
      lines += files("  left in the workspace", step.left).dropFirst()
    }
    lines += section("images", comparison.images)
    lines += section("findings", comparison.findings)
    lines += section("times", comparison.times)
    return lines
  }

  private static func first(_ step: RunComparison.StepComparison) -> String {
    if let file = step.left.first { return "the file \(HarmlessText.inLine(file.path)) (\(word(file.change)))" }
    return step.differences.first.map { HarmlessText.inLine($0.what) } ?? "its workspace"
  }

  private func section(_ title: String, _ differences: [RunComparison.Difference]) -> [StyledLine] {
    differences.isEmpty ? [] : ["", StyledLine(title, .bold)] + differences.map(Self.line)
  }

  private func files(_ title: String, _ differences: [SnapshotDifference]) -> [StyledLine] {
    if differences.isEmpty { return [] }
    var lines = ["", StyledLine(title, .bold)]
    for file in differences.prefix(Self.shownFiles) {
      lines.append(
        StyledLine("  " + TextWidth.padded(Self.word(file.change), to: 12), .dim)
          .appending(HarmlessText.inLine(file.path)))
    }
    if differences.count > Self.shownFiles {
      lines.append(StyledLine("  and \(differences.count - Self.shownFiles) more (--json has all)", .dim))
    }
    return lines
  }

  private static func word(_ change: SnapshotDifference.Change) -> String {
    switch change {
    case .added: "only in b"
    case .removed: "only in a"
    case .content: "differs"
    case .mode: "mode differs"
    case .kind: "kind differs"
    }
  }

  private static func line(_ difference: RunComparison.Difference) -> StyledLine {
    func text(_ value: String?) -> String { value.map { HarmlessText.firstLine($0) } ?? "none" }
    return StyledLine("  \(HarmlessText.inLine(difference.what)): ", .dim)
      .appending(text(difference.left)).appending(" | ", .dim).appending(text(difference.right))
  }

  private var document: Value {
    [
      "a": .string(comparison.left.run.id.description), "b": .string(comparison.right.run.id.description),
      "inputs": Self.list(comparison.inputs), "codebase": Self.list(comparison.codebase),
      "steps": .list(
        comparison.steps.map { step in
          [
            "path": .string(step.path.description), "differences": Self.list(step.differences),
            "workspaceBefore": Self.list(step.found), "workspaceAfter": Self.list(step.left),
            "sameInputsOtherResult": .bool(step.isDivergence),
          ]
        }),
      "images": Self.list(comparison.images), "findings": Self.list(comparison.findings),
      "times": Self.list(comparison.times),
      "firstDivergence": comparison.divergence.map { step in
        ["step": .string(step.path.description), "file": Value(step.left.first?.path)]
      } ?? .null,
    ]
  }

  private static func list(_ differences: [RunComparison.Difference]) -> Value {
    .list(differences.map { ["what": .string($0.what), "a": Value($0.left), "b": Value($0.right)] })
  }

  private static func list(_ differences: [SnapshotDifference]) -> Value {
    .list(differences.map { ["path": .string($0.path), "change": .string($0.change.rawValue)] })
  }
}
