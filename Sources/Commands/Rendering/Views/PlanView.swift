import Engine
import Model

/// A plan for people: a tree, and below each build step what is known of it.
struct PlanView {
  private let outline: PlanOutline

  init(_ outline: PlanOutline) {
    self.outline = outline
  }

  var lines: [StyledLine] {
    let pipeline = outline.pipeline
    var lines = [StyledLine("\(pipeline.identifier)", .bold).appending("  " + HarmlessText.inLine(pipeline.name))]
    if let template = pipeline.template {
      lines.append(
        StyledLine("  not run: the template '\(HarmlessText.inLine(template.reference.raw))' is not here", .yellow))
    }
    for entry in outline.entries { lines += self.lines(for: entry, depth: 1) }
    return lines
  }

  private func lines(for entry: PlanOutline.Entry, depth: Int) -> [StyledLine] {
    let indentation = String(repeating: "  ", count: depth)
    var lines = [headline(of: entry, indentation)]
    func add(_ text: String, _ style: TextStyle? = .dim) {
      lines.append(StyledLine(indentation + "  ").appending(HarmlessText.inLine(text), style))
    }
    if let when = entry.when { add("when: " + Self.sentence(when, isStage: entry.kind == .stage)) }
    if let strategy = entry.strategy { add("looped: " + Self.sentence(strategy)) }
    if let image = entry.image { add("in the image \(image)") }
    if let obstacle = entry.obstacle { add("not run: \(obstacle)", .yellow) }
    if entry.build == nil, let difference = entry.difference { add("here: \(difference)") }
    if let build = entry.build {
      lines += self.lines(for: build, before: entry.ownBuild, indentation + "  ")
    }
    return lines + entry.children.flatMap { self.lines(for: $0, depth: depth + 1) }
  }

  private func headline(of entry: PlanOutline.Entry, _ indentation: String) -> StyledLine {
    var line = StyledLine(indentation)
    switch entry.kind {
    case .parallel: line.append("in parallel", .dim)
    case .group: line.append("group \(entry.path.last?.description ?? "")", .bold)
    case .stage:
      line.append("stage \(entry.path.last?.description ?? "")", .bold)
      line.append("  \(entry.type)")
      if let infrastructure = entry.infrastructure { line.append(", \(infrastructure.sentence)") }
    case .step:
      line.append(entry.path.last?.description ?? "", .bold)
      line.append("  \(HarmlessText.inLine(entry.type))")
    }
    return line
  }

  // MARK: - Builds

  private func lines(for build: BuildForecast, before: BuildForecast?, _ indentation: String) -> [StyledLine] {
    var lines = [StyledLine]()
    func add(_ name: String, _ text: String, _ style: TextStyle? = nil) {
      lines.append(
        StyledLine(indentation + TextWidth.padded(name, to: 9), .dim).appending(HarmlessText.inLine(text), style))
    }
    let tool = "\(build.tool.name) (\(build.plugin))"
    add("tool", before.map { $0.tool == build.tool ? tool : "\(tool), not \($0.tool.name)" } ?? tool)
    add("why", build.reason)
    add("does", build.outcome)
    if let before, before.outcome != build.outcome { add("", "not: \(before.outcome)", .dim) }
    for (index, image) in build.images.enumerated() { add(index == 0 ? "image" : "", image) }
    for setting in build.settings {
      let origin = setting.origin == .step ? "" : " (a \(setting.origin.rawValue) variable)"
      add("setting", "\(setting.name)=\(setting.value)\(origin)")
      add("", setting.effect, setting.isEffective ? nil : .dim)
      if let difference = setting.difference { add("", "here: \(difference)", .dim) }
      if let old = before?.settings.first(where: { $0.name == setting.name }), old.effect != setting.effect {
        add("", "not: \(old.effect)", .dim)
      }
    }
    for warning in build.warnings { add("warning", warning, .yellow) }
    return lines
  }

  // MARK: - Sentences

  static func sentence(_ when: When, isStage: Bool) -> String {
    let before = isStage ? "the pipeline so far" : "the stage so far"
    let status =
      switch when.status {
      case .success: "\(before) has succeeded"
      case .failure: "\(before) has failed"
      case .all: "whatever came before"
      }
    return status + (when.condition.map { ", and \($0.raw)" } ?? "")
  }

  static func sentence(_ strategy: Strategy) -> String {
    let limit =
      switch strategy.maxConcurrency {
      case .literal(let count, _): ", at most \(count) at once"
      case .expression(let text): ", at most \(text.raw) at once"
      case nil: ""
      }
    switch strategy.loop {
    case .parallelism(.literal(let count, _)): return counted(count, "instance") + limit
    case .parallelism(.expression(let text)): return "\(text.raw) instances" + limit
    case .repetition(let repetition):
      switch repetition.count {
      case .times(.literal(let count, _)): return counted(count, "time") + limit
      case .times(.expression(let text)): return "\(text.raw) times" + limit
      case .items(let values): return "for each of \(sentence(values))" + limit
      }
    case .matrix(let matrix):
      let axes = matrix.axes.map { "\($0.name) of \(sentence($0.values))" }.joined(separator: " × ")
      let exclusions = matrix.exclusions.isEmpty ? "" : ", without \(counted(matrix.exclusions.count, "exclusion"))"
      return axes + exclusions + limit
    }
  }

  private static func sentence(_ values: Matrix.Axis.Values) -> String {
    switch values {
    case .expression(let text): text.raw
    case .list(let nodes): "[" + nodes.map { $0.scalarText ?? $0.value.canonicalJSON }.joined(separator: ", ") + "]"
    }
  }
}

extension BuildTool {
  /// As people call it.
  var name: String {
    switch self {
    case .kaniko: "Kaniko"
    case .buildx: "Buildx"
    case .docker: "drone-docker"
    }
  }
}

extension Infrastructure {
  var sentence: String {
    switch self {
    case .kubernetes: "on Kubernetes"
    case .cloud: "on Harness Cloud"
    case .docker: "with the Docker runtime"
    case .virtualMachine: "on a pool of virtual machines"
    case .sameAs(let stage): "where stage \(stage) runs"
    case .unspecified: "without an infrastructure"
    }
  }

  var word: String {
    switch self {
    case .kubernetes: "kubernetes"
    case .cloud: "cloud"
    case .docker: "docker"
    case .virtualMachine: "vm"
    case .sameAs, .unspecified: "unspecified"
    }
  }
}
