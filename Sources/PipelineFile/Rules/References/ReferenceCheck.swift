import Engine
import Expressions
import Model

/// Looks up everything that the expressions of a pipeline mention, as far as the file alone can tell.
///
/// What lies in stages that do not run here, in steps whose outputs nobody can know, or behind functions is left alone.
struct ReferenceCheck {
  let pipeline: Pipeline
  let steps: [PlacedStep]
  let sources: [String: SourceText]
  let names: PipelineNames
  private(set) var broken: [BrokenReference] = []
  private(set) var stepsWithUsedOutputs: Set<String> = []

  /// Looking for a similar name costs as much as there are names: beyond this many mistakes nobody needs it.
  private static let mostSuggestions = 50

  init(_ pipeline: Pipeline, steps: [PlacedStep], sources: [String: SourceText]) {
    self.pipeline = pipeline
    self.steps = steps
    self.sources = sources
    names = PipelineNames(pipeline, steps: steps)
  }

  mutating func run(_ texts: [ReferenceWalk.Found]) {
    for text in texts {
      let references: ExpressionReferences
      do {
        let raw = text.text.raw
        references = try text.isCondition ? ExpressionReferences(inCondition: raw) : ExpressionReferences(in: raw)
      } catch {
        // Mistakes in the expression itself are reported where expressions are checked.
        continue
      }
      var found = Set<[String]>()
      for path in references.paths where found.insert(path.names).inserted {
        noteUse(path.names)
        guard let (kind, name) = problem(path.names, text) else { continue }
        let place = TextPlace(text.text, sources: sources)
        let written = expression(at: path.offset, in: text.text.raw)
        let suggestion = broken.count < Self.mostSuggestions ? suggestion(for: kind, text) : nil
        broken.append(
          BrokenReference(
            kind: kind, path: path.names.joined(separator: "."), span: place.span(of: written),
            nameSpan: nameSpan(name, within: written, text, place), suggestion: suggestion))
      }
    }
  }

  private mutating func noteUse(_ path: [String]) {
    guard let index = path.lastIndex(of: "steps"), index + 2 < path.count, path[index + 2] == "output" else { return }
    stepsWithUsedOutputs.insert(path[index + 1])
  }

  /// The bytes from `<+` to its `>`.
  private func expression(at offset: Int, in raw: String) -> Range<Int> {
    let bytes = Array(raw.utf8)
    guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "<"), bytes[offset + 1] == UInt8(ascii: "+") else {
      return 0..<bytes.count
    }
    var depth = 0
    var index = offset
    while index < bytes.count {
      if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "+") {
        depth += 1
        index += 2
        continue
      }
      if bytes[index] == UInt8(ascii: ">"), index > 0, bytes[index - 1] != UInt8(ascii: "\\") {
        depth -= 1
        if depth == 0 { return offset..<(index + 1) }
      }
      index += 1
    }
    return offset..<bytes.count
  }

  /// Where the one name stands, if it stands there once.
  private func nameSpan(_ name: String, within range: Range<Int>, _ text: ReferenceWalk.Found, _ place: TextPlace)
    -> SourceSpan?
  {
    let bytes = Array(text.text.raw.utf8)
    let (part, name) = (bytes[range], Array(name.utf8))
    guard !name.isEmpty, part.count >= name.count else { return nil }
    let starts = (part.startIndex...(part.endIndex - name.count)).filter {
      part[$0..<($0 + name.count)].elementsEqual(name)
    }
    guard starts.count == 1 else { return nil }
    return place.span(of: starts[0]..<(starts[0] + name.count))
  }

  // MARK: - Paths

  private typealias Problem = (kind: BrokenReference.Kind, name: String)

  private func problem(_ path: [String], _ text: ReferenceWalk.Found) -> Problem? {
    switch path.first {
    case "pipeline":
      if path.count >= 3, path[1] == "variables" { return variable(path[2...], .pipeline) }
      if path.count >= 3, path[1] == "stages" { return stage(path[2], path[3...], text) }
      return nil
    case "stages": return path.count >= 2 ? stage(path[1], path[2...], text) : nil
    case "stage":
      guard let stage = text.stage, path.count >= 3 else { return nil }
      if path[1] == "variables" { return variable(path[2...], .stage(stage.identifier)) }
      return inStage(stage, path[1...], text)
    case "execution", "spec":
      guard let stage = text.stage else { return nil }
      return inStage(stage, path[...], text)
    case "steps":
      guard let stage = text.stage, path.count >= 2, names.runsHere(stage) else { return nil }
      return step(path[1...], in: stage, from: text.groups.map(\.identifier.description), text)
    case "matrix": return axis(path.dropFirst(), text)
    default: return nil
    }
  }

  /// Whether a part of that name is filled in later, somewhere in the pipeline.
  private func hasOpen(_ key: String) -> Bool { pipeline.openValues.contains { $0.key == key } }

  private func variable(_ path: ArraySlice<String>, _ owner: BrokenReference.Owner) -> Problem? {
    guard let name = path.first, !hasOpen("variables") else { return nil }
    let known = names.variables(of: owner)
    // Names may contain dots: whatever is a beginning of one is let pass.
    var candidate = ""
    for part in path {
      candidate += candidate.isEmpty ? part : "." + part
      if known.contains(candidate) { return nil }
    }
    return (.noSuchVariable(name, of: owner), name)
  }

  private func stage(_ name: String, _ rest: ArraySlice<String>, _ text: ReferenceWalk.Found) -> Problem? {
    guard let stage = names.stage(name) else { return (.noSuchStage(name), name) }
    if rest.first == "variables" { return variable(rest.dropFirst(), .stage(stage.identifier)) }
    return inStage(stage, rest, text)
  }

  private func inStage(_ stage: Stage, _ path: ArraySlice<String>, _ text: ReferenceWalk.Found) -> Problem? {
    var path = path
    if path.first == "spec" { path = path.dropFirst() }
    guard path.first == "execution", path.dropFirst().first == "steps", names.runsHere(stage) else { return nil }
    return step(path.dropFirst(2), in: stage, from: [], text)
  }

  /// - Parameter groups: within which the search starts; it goes on outwards from there.
  private func step(
    _ path: ArraySlice<String>, in stage: Stage, from groups: [String], _ text: ReferenceWalk.Found
  ) -> Problem? {
    guard let first = path.first else { return nil }
    var level = groups
    while true {
      if names.node(first, in: stage, level) != nil { break }
      guard level.popLast() != nil else {
        return (.noSuchStep(first, group: names.group(of: first, in: stage)), first)
      }
    }
    var rest = path
    while let name = rest.popFirst() {
      guard let node = names.node(name, in: stage, level) else {
        return (.noSuchStep(name, group: names.group(of: name, in: stage)), name)
      }
      switch node {
      case .step(let index): return output(rest, of: steps[index], text)
      case .unknown: return nil
      case .group:
        level.append(names.baseName(name, in: stage, level))
        guard rest.first == "steps" else { return nil }
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  private func output(_ path: ArraySlice<String>, of place: PlacedStep, _ text: ReferenceWalk.Found) -> Problem? {
    let wantsResult = path.first == "output" || path.first.map { $0.hasPrefix("artifact_") } ?? false
    guard wantsResult else { return nil }
    if let position = text.position, !place.position.isBefore(position) {
      let isOwn =
        text.step.map { steps[$0].position == place.position && steps[$0].step.span == place.step.span } ?? false
      return (.notYet(place, own: isOwn), place.step.identifier.description)
    }
    guard path.first == "output", path.dropFirst().first == "outputVariables", let name = path.dropFirst(2).first,
      let known = StepOutputs.names(of: place.step), !known.contains(name)
    else { return nil }
    return (.noSuchOutput(name, of: place.step, known: known.sorted()), name)
  }

  private func axis(_ path: ArraySlice<String>, _ text: ReferenceWalk.Found) -> Problem? {
    guard let name = path.first, let stage = text.stage else { return nil }
    let strategies = [stage.strategy] + text.groups.map(\.strategy) + [text.step.flatMap { steps[$0].step.strategy }]
    for case .some(let strategy) in strategies {
      guard case .matrix(let matrix) = strategy.loop else { continue }
      if matrix.axes.contains(where: { $0.name == name }) { return nil }
    }
    // A strategy that is filled in later may bring in any name.
    if hasOpen("strategy") { return nil }
    return (.noSuchAxis(name), name)
  }

  private func suggestion(for kind: BrokenReference.Kind, _ text: ReferenceWalk.Found) -> String? {
    switch kind {
    case .noSuchStep(let name, _): Excerpt.nearest(to: name, among: names.stepNames(of: text.stage))
    case .noSuchStage(let name): Excerpt.nearest(to: name, among: pipeline.allStages.map(\.identifier.description))
    case .noSuchVariable(let name, let owner): Excerpt.nearest(to: name, among: names.variables(of: owner).sorted())
    case .noSuchOutput(let name, _, let known): Excerpt.nearest(to: name, among: known)
    case .notYet, .noSuchAxis: nil
    }
  }
}
