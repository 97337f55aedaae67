import Model

/// The documentation's article on step types, which is generated from the table that decides about them.
enum StepTypesArticle {
  static var text: String {
    var lines = [
      "# Step types",
      "",
      "What becomes of every stage and step type of Harness's on this machine.",
      "",
      "## Overview",
      "",
      "Each type is in one of three classes. It *runs*; or it *runs, with a difference* that is named; or it is *not run*: it is",
      "recognised and checked, and a run that would need it is refused before it starts, with the reason. Nothing is taken for",
      "passed that was not run.",
      "",
      "This article is generated from the program's own table; a test compares the two.",
      "",
      "## Stages",
      "",
      "| type | here |",
      "| --- | --- |",
    ]
    lines += StageType.all.map { "| `\($0.name)` | \($0.obstacle.map { "not run: " + $0 } ?? "runs") |" }
    for family in StepType.Family.allCases {
      lines += ["", "## \(family.rawValue)", "", "| type | here |", "| --- | --- |"]
      lines += StepType.all.filter { $0.family == family }.map { "| `\($0.name)` | \(sentence($0.support)) |" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func sentence(_ support: StepType.Support) -> String {
    switch support {
    case .runs: "runs"
    case .differs(let difference): "runs, with a difference: \(difference)"
    case .cannotRun(let reason): "not run: \(reason)"
    }
  }
}
