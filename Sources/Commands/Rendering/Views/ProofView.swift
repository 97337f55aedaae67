import Engine
import Model

/// What holds and what does not, each broken property with the shortest run that breaks it.
struct ProofView {
  private let proof: Proof

  init(_ proof: Proof) {
    self.proof = proof
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON {
      terminal.data(document.canonicalJSON + "\n")
    } else {
      terminal.data(lines(terminal))
    }
  }

  private func lines(_ terminal: Terminal) -> [StyledLine] {
    var lines = [StyledLine]()
    for (property, verdict) in proof.verdicts {
      switch verdict {
      case .holds:
        lines.append(StyledLine(terminal.glyphs.success + " ", .green).appending("\(property)"))
      case .undecided:
        lines.append(StyledLine(terminal.glyphs.ignored + " ", .yellow).appending("\(property): not decided", .yellow))
      case .broken(let example):
        lines.append(StyledLine(terminal.glyphs.failure + " ", .red).appending("\(property)", .bold))
        lines.append(StyledLine("    " + HarmlessText.inLine(example.explanation), .red))
        lines += RunTree(example.history).lines(terminal, showsAttempts: true).map { line in
          StyledLine("  ").appending(line)
        }
      }
    }
    let states = counted(proof.stateCount, "state")
    lines.append(
      StyledLine(
        proof.isComplete
          ? "\(states) explored, all there are" : "given up after \(states): a higher --limit looks further",
        proof.isComplete ? .dim : .yellow))
    lines += proof.assumptions.map { StyledLine("note: " + HarmlessText.inLine($0), .cyan) }
    return lines
  }

  private var document: Value {
    [
      "properties": .list(
        proof.verdicts.map { property, verdict in
          var fields: [String: Value] = ["name": .string(property.name), "sentence": .string("\(property)")]
          switch verdict {
          case .holds: fields["verdict"] = "holds"
          case .undecided: fields["verdict"] = "undecided"
          case .broken(let example):
            fields["verdict"] = "broken"
            fields["explanation"] = .string(example.explanation)
            fields["run"] = example.history.document
          }
          return .map(fields)
        }),
      "states": .integer(proof.stateCount), "isComplete": .bool(proof.isComplete),
      "assumptions": .list(proof.assumptions.map(Value.string)),
    ]
  }
}
