import Model

extension PipelineParser {
  /// `strategy:`, which names exactly one way of looping.
  func strategy(_ fields: Fields) -> Strategy? {
    guard let node = fields.node("strategy"), let strategy = fields.fields("strategy") else { return nil }
    // An editor leaves `strategy: {}` behind.
    guard !strategy.mapping.entries.isEmpty else { return nil }
    strategy.checkKeys(["matrix", "repeat", "parallelism", "when", "onFailure"], tolerated: ["maxConcurrency"])
    let ways = ["matrix", "repeat", "parallelism"].filter(strategy.has)
    guard ways.count == 1, let way = ways.first else {
      problems.report(
        .invalidStrategy, "\(fields.owner): 'strategy' needs exactly one of 'matrix', 'repeat' and 'parallelism'",
        at: fields.place(of: "strategy"))
      return nil
    }
    let onFailure = strategy.choice("onFailure", of: Strategy.FailureMode.allCases)
    let loop: Strategy.Loop? =
      switch way {
      case "matrix": strategy.fields("matrix").flatMap(matrix).map(Strategy.Loop.matrix)
      case "repeat": strategy.fields("repeat").flatMap(repetition).map(Strategy.Loop.repetition)
      default: strategy.integer("parallelism", from: 1).map(Strategy.Loop.parallelism)
      }
    return loop.map { Strategy($0, onFailure: onFailure, span: node.span) }
  }

  // MARK: - Matrix

  private static let reserved: Set = ["exclude", "maxConcurrency", "nodeName"]

  private func matrix(_ fields: Fields) -> Matrix? {
    let entries = fields.mapping.entries.filter { entry in
      !Self.reserved.contains(entry.key.text) && !isMeantAsLimit(entry, fields)
    }
    let axes = entries.compactMap { entry -> Matrix.Axis? in
      guard let values = values(entry.value, called: entry.key.text, fields) else { return nil }
      return Matrix.Axis(name: entry.key.text, values: values, span: entry.key.span)
    }
    let exclusions = exclusions(fields, axes: entries.map(\.key.text))
    let maxConcurrency = fields.integer("maxConcurrency", from: 1)
    if entries.isEmpty {
      problems.report(
        .invalidStrategy, "\(fields.owner): 'matrix' has no axis", at: fields.place,
        help: "add one, such as 'os: [alpine, debian]'")
    }
    guard !axes.isEmpty else { return nil }
    return Matrix(
      axes: axes, exclusions: exclusions, nodeName: fields.text("nodeName"), maxConcurrency: maxConcurrency)
  }

  /// Harness's own samples write `parallelism: 2` among the axes.
  private func isMeantAsLimit(_ entry: Node.Mapping.Entry, _ fields: Fields) -> Bool {
    guard entry.key.text == "parallelism", entry.value.scalarText.flatMap(Int.init) != nil else { return false }
    problems.report(
      .invalidStrategy, .warning, "\(fields.owner): 'parallelism' is no axis and has no effect under 'matrix'",
      at: entry.key.span, help: "did you mean 'maxConcurrency'?")
    return true
  }

  /// The values of an axis, or the items of a repetition: a list, an expression that comes to one, or the text of one.
  private func values(_ node: Node, called key: String, _ fields: Fields) -> Matrix.Axis.Values? {
    switch node {
    case .sequence(let sequence) where !sequence.elements.isEmpty: return .list(sequence.elements)
    case .scalar(let scalar) where scalar.text.mentions("<+"): return .expression(Text(scalar.text, at: scalar.span))
    case .scalar(let scalar):
      if let elements = scalar.elementsInText, !elements.isEmpty { return .list(elements) }
    default: break
    }
    let isEmpty = node.isNull || node.elements.isEmpty && node.scalarText == nil
    problems.report(
      .invalidStrategy,
      "\(fields.owner): '\(key)' must be a list of values, \(isEmpty ? "and is empty" : "not \(Excerpt.kind(of: node))")",
      at: node.isNull ? fields.place(of: key) : node.place, help: "write '\(key): [first, second]'")
    return nil
  }

  private func exclusions(_ fields: Fields, axes: [String]) -> [Matrix.Exclusion] {
    guard let list = fields.sequence("exclude", of: "combinations") else { return [] }
    return list.elements.compactMap { node in
      guard let item = fields.fields(node, under: "exclude", place: node.place) else { return nil }
      for entry in item.mapping.entries where !axes.contains(entry.key.text) {
        problems.report(
          .invalidStrategy, .warning,
          "\(fields.owner): 'exclude' names \(Excerpt.quoted(entry.key.text)), which is no axis",
          at: entry.key.span, notes: ["a combination is left out when all of these values are its own"],
          help: Excerpt.suggestion(for: entry.key.text, among: axes))
      }
      return Matrix.Exclusion(
        entries: item.mapping.entries.map { Matrix.Exclusion.Entry(axis: $0.key.text, value: $0.value) },
        span: node.span)
    }
  }

  // MARK: - Repeat

  private func repetition(_ fields: Fields) -> Repetition? {
    fields.checkKeys([
      "times", "items", "maxConcurrency", "start", "end", "unit", "partitionSize", "nodeName",
    ])
    let count: Repetition.Count?
    switch (fields.node("times"), fields.node("items")) {
    case (_?, nil): count = fields.integer("times", from: 1).map(Repetition.Count.times)
    case (nil, let items?): count = values(items, called: "items", fields).map(Repetition.Count.items)
    case (_?, _?), (nil, nil):
      problems.report(
        .invalidStrategy, "\(fields.owner): 'repeat' needs either 'times' or 'items'", at: fields.place,
        help: "write 'times: 3' or 'items: [first, second]'")
      count = nil
    }
    let (maxConcurrency, partitionSize) = (
      fields.integer("maxConcurrency", from: 1), fields.integer("partitionSize", from: 1)
    )
    let (start, end) = (fields.integer("start"), fields.integer("end"))
    let unit = fields.choice("unit", of: Repetition.Unit.allCases)
    return count.map {
      Repetition(
        $0, maxConcurrency: maxConcurrency, start: start, end: end, unit: unit, partitionSize: partitionSize,
        nodeName: fields.text("nodeName"))
    }
  }
}

extension Node.Scalar {
  /// The elements of a list that is written as a text, `"[a, b]"`: Harness reads such an axis as the list. All stand where the text does.
  fileprivate var elementsInText: [Node]? {
    guard text.hasPrefix("["), text.hasSuffix("]"),
      case .sequence(let sequence)? = YAMLReader.read(SourceText(file: span.file, text: text)).root
    else { return nil }
    return sequence.elements.map { $0.moved(to: span) }
  }
}

extension Node {
  fileprivate func moved(to span: SourceSpan) -> Node {
    switch self {
    case .scalar(let scalar): .scalar(Scalar(text: scalar.text, style: scalar.style, span: span))
    case .sequence(let sequence):
      .sequence(Sequence(elements: sequence.elements.map { $0.moved(to: span) }, span: span))
    case .mapping(let mapping):
      .mapping(
        Mapping(
          entries: mapping.entries.map { entry in
            Mapping.Entry(
              key: Scalar(text: entry.key.text, style: entry.key.style, span: span), value: entry.value.moved(to: span))
          }, span: span))
    }
  }
}
