package import Model

// Pipelines in code: `Pipeline.of(.stage("build", .run("compile"), .parallel([.run("lint"), .run("test")])))`.

extension SourceSpan {
  /// A place for what was never in a file.
  package static let nowhere = SourceSpan(file: "pipeline.yaml", line: 1)
}

extension Node {
  package static let emptyMapping = Node.mapping(Mapping(entries: [], span: .nowhere))

  /// A mapping of plain scalars.
  package static func mapping(_ entries: KeyValuePairs<String, String>) -> Node {
    .mapping(
      Mapping(
        entries: entries.map { Mapping.Entry(key: scalar($0.key), value: .scalar(scalar($0.value))) }, span: .nowhere))
  }

  private static func scalar(_ text: String) -> Scalar { Scalar(text: text, style: .plain, span: .nowhere) }
}

extension Identifier: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) {
    do { try self.init(value) } catch { preconditionFailure("'\(value)' is no identifier") }
  }
}

extension StepPath: ExpressibleByStringLiteral {
  /// `stage/group/step`; empty is the pipeline.
  package init(stringLiteral value: String) {
    self.init(components: value.split(separator: "/").map { Identifier(stringLiteral: String($0)) })
  }
}

extension ImageReference: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) {
    do { try self.init(value) } catch { preconditionFailure("'\(value)' is no image reference: \(error)") }
  }
}

extension Pipeline {
  package static func of(
    _ stages: StageElement..., identifier: Identifier = "sample", organization: String? = "org",
    project: String? = "project", variables: [Variable] = [], timeout: Text? = nil, source: Node = .emptyMapping
  ) -> Pipeline {
    Pipeline(
      identifier: identifier, name: "A sample", organization: organization, project: project, stages: stages,
      variables: variables, timeout: timeout, source: source)
  }
}

extension StageElement {
  package static func stage(
    _ identifier: Identifier, when: When? = nil, onFailure: [FailureStrategy] = [], strategy: Strategy? = nil,
    timeout: Text? = nil, clonesCodebase: Bool? = nil, infrastructure: Infrastructure = .cloud,
    variables: [Variable] = [], source: Node = .emptyMapping, _ steps: ExecutionElement...
  ) -> StageElement {
    .stage(
      Stage(
        identifier: identifier, name: identifier.description, kind: .ci, clonesCodebase: clonesCodebase,
        infrastructure: infrastructure, steps: steps, variables: variables, when: when, failureStrategies: onFailure,
        strategy: strategy, timeout: timeout, span: .nowhere, source: source))
  }

  /// Stages side by side.
  package static func stages(_ elements: StageElement...) -> StageElement {
    .parallel(
      elements.compactMap { element in
        if case .stage(let stage) = element { stage } else { nil }
      })
  }
}

extension ExecutionElement {
  package static func run(
    _ identifier: Identifier, when: When? = nil, onFailure: [FailureStrategy] = [], strategy: Strategy? = nil,
    timeout: Text? = nil, spec: StepSpec = .run(RunStep(command: "true")), source: Node? = nil
  ) -> ExecutionElement {
    .step(
      Step(
        identifier: identifier, name: identifier.description, type: "Run", spec: spec, when: when,
        failureStrategies: onFailure, strategy: strategy, timeout: timeout, span: .nowhere, source: source))
  }

  package static func group(
    _ identifier: Identifier, when: When? = nil, onFailure: [FailureStrategy] = [], strategy: Strategy? = nil,
    _ steps: ExecutionElement...
  ) -> ExecutionElement {
    .group(
      StepGroup(
        identifier: identifier, name: identifier.description, steps: steps, when: when, failureStrategies: onFailure,
        strategy: strategy, span: .nowhere))
  }

  package static func together(_ steps: ExecutionElement...) -> ExecutionElement { .parallel(steps) }
}

extension Strategy {
  /// So many instances.
  package static func count(_ count: Int) -> Strategy {
    Strategy(.parallelism(.literal(count, at: nil)), span: .nowhere)
  }

  /// Axes of plain texts.
  package static func matrix(
    _ axes: KeyValuePairs<String, [String]>, excluding exclusions: [[String: String]] = [], nodeName: Text? = nil,
    maxConcurrency: Int? = nil
  ) -> Strategy {
    func node(_ text: String) -> Node { .scalar(Node.Scalar(text: text, style: .plain, span: .nowhere)) }
    return Strategy(
      .matrix(
        Matrix(
          axes: axes.map { Matrix.Axis(name: $0.key, values: .list($0.value.map(node)), span: .nowhere) },
          exclusions: exclusions.map { exclusion in
            Matrix.Exclusion(
              entries: exclusion.sorted { $0.key < $1.key }.map { .init(axis: $0.key, value: node($0.value)) },
              span: .nowhere)
          },
          nodeName: nodeName, maxConcurrency: maxConcurrency.map { .literal($0, at: nil) })),
      span: .nowhere)
  }
}

extension When {
  package static let success = When(status: .success)
  package static let failure = When(status: .failure)
  package static let always = When(status: .all)

  package static func condition(_ text: Text, _ status: Status = .success) -> When {
    When(status: status, condition: text)
  }
}

extension FailureStrategy {
  /// For the errors, or for all of them.
  package static func on(_ errors: FailureType..., do action: Action) -> FailureStrategy {
    FailureStrategy(errors: Set(errors), action: action, span: .nowhere)
  }
}
