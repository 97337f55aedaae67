import Engine
import Model

/// What a simulated run came to, as the tree that a real run leaves, with the reason for whatever has a condition.
struct SimulationView {
  private let simulated: SimulatedRun

  init(_ simulated: SimulatedRun) {
    self.simulated = simulated
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON {
      guard case .map(var document) = simulated.history.document else {
        preconditionFailure("a run's document is a mapping")
      }
      document["assumptions"] = .list(simulated.assumptions.map(Value.string))
      document["conditions"] = .map(
        Dictionary(uniqueKeysWithValues: simulated.remarks.map { ($0.key.description, .string($0.value)) }))
      terminal.data(Value.map(document).canonicalJSON + "\n")
    } else {
      terminal.data(lines(terminal))
    }
  }

  func lines(_ terminal: Terminal) -> [StyledLine] {
    let history = simulated.history
    let status = history.run.status
    let time =
      history.run.finishedAt == history.run.startedAt
      ? "" : DurationText.between(history.run.startedAt, history.run.finishedAt).map { " after \($0)" } ?? ""
    var lines = [
      StyledLine("\(terminal.glyphs.mark(status)) ", status.style)
        .appending("\(history.run.pipeline) ", .bold)
        .appending("would end as \(status.rawValue)\(time); nothing was executed", status.style)
    ]
    lines += RunTree(history, remarks: simulated.remarks).lines(terminal, showsAttempts: true)
    lines += simulated.assumptions.map { StyledLine("  note: " + HarmlessText.inLine($0), .cyan) }
    return lines
  }
}
