import Engine
import Model

/// A plan as a flow chart in Mermaid's language: what starts when what has ended.
struct PlanGraph {
  private let outline: PlanOutline

  init(_ outline: PlanOutline) {
    self.outline = outline
  }

  var text: String {
    var drawing = Drawing()
    drawing.sequence(outline.entries, depth: 1)
    return (["flowchart TD"] + drawing.boxes + drawing.arrows).joined(separator: "\n") + "\n"
  }

  /// The nodes at which a part begins and ends.
  private struct Ends {
    var first: [String] = []
    var last: [String] = []
  }

  private struct Drawing {
    var boxes: [String] = []
    var arrows: [String] = []
    private var count = 0

    /// Things one after the other.
    @discardableResult
    mutating func sequence(_ entries: [PlanOutline.Entry], depth: Int) -> Ends {
      var ends = Ends()
      for entry in entries {
        let part = draw(entry, depth: depth)
        if part.first.isEmpty { continue }
        if ends.first.isEmpty { ends.first = part.first }
        for from in ends.last { for to in part.first { arrows.append("  \(from) --> \(to)") } }
        ends.last = part.last
      }
      return ends
    }

    private mutating func draw(_ entry: PlanOutline.Entry, depth: Int) -> Ends {
      let indentation = String(repeating: "  ", count: depth)
      switch entry.kind {
      case .parallel:
        return entry.children.reduce(into: Ends()) { ends, child in
          let part = draw(child, depth: depth)
          ends.first += part.first
          ends.last += part.last
        }
      case .step: return box(entry, indentation)
      case .stage, .group:
        guard !entry.children.isEmpty else { return box(entry, indentation) }
        count += 1
        boxes.append("\(indentation)subgraph g\(count)[\"\(Self.label(entry))\"]")
        let ends = sequence(entry.children, depth: depth + 1)
        boxes.append("\(indentation)end")
        return ends
      }
    }

    private mutating func box(_ entry: PlanOutline.Entry, _ indentation: String) -> Ends {
      count += 1
      let name = "n\(count)"
      // What does not run here has another shape.
      let (open, close) = entry.obstacle == nil ? ("[", "]") : ("{{", "}}")
      boxes.append("\(indentation)\(name)\(open)\"\(Self.label(entry))\"\(close)")
      return Ends(first: [name], last: [name])
    }

    private static func label(_ entry: PlanOutline.Entry) -> String {
      let name = entry.path.last?.description ?? ""
      let type = entry.type.isEmpty ? "" : "<br/>" + entry.type
      let tool = entry.build.map { "<br/>" + $0.tool.name } ?? ""
      return HarmlessText.inLine(name + type + tool).replacing("\"", with: "#quot;")
    }
  }
}
