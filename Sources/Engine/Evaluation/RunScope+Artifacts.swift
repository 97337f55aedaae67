import Expressions
import Model

/// What steps leave for others beside their output variables.
extension RunScope {
  /// `artifact_STEP.stepArtifacts.publishedImageArtifacts[0].{imageName,tag,url,digest}` of a step that pushes.
  func artifacts(_ path: Path, of node: StepPath) -> Value? {
    let images = state.node(node).pushes.map { push -> Value in
      [
        "imageName": .string(push.reference.repository), "tag": Value(push.reference.tag),
        "url": .string(push.reference.description), "digest": .string(push.manifestDigest.description),
      ]
    }
    let outcome: [String: Value] = [
      "stepArtifacts": ["publishedImageArtifacts": .list(images), "publishedFileArtifacts": []]
    ]
    return lookUp(path, in: outcome)
  }

  /// `exportedVariables.getValue("SCOPE.KEY.NAME")`: an output of the step that declares `outputAlias: {key: KEY, scope: SCOPE}`.
  ///
  /// - Throws: what is wrong with the name, or that no step exports it.
  func exportedVariable(_ arguments: [Value]) throws(ExpressionError) -> Value {
    guard arguments.count == 1, case .string(let text) = arguments[0] else {
      throw ExpressionError(
        .wrongArguments, "exportedVariables.getValue takes one text: \"pipeline.KEY.NAME\"")
    }
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let scope = Self.exportScopes[parts[0].lowercased()] else {
      throw ExpressionError(
        .wrongArguments, "'\(text)' is no exported variable's name",
        help: "it starts with pipeline, stage or stepGroup, as in \"pipeline.KEY.NAME\"")
    }
    var keys = [String]()
    for node in plan.nodes {
      guard case .step(let step) = node.content,
        case .map(let alias)? = step.source.flatMap({ source(["outputAlias"], in: $0) }),
        let key = alias["key"]?.string
      else { continue }
      guard isVisible(node.path, from: scope) else { continue }
      keys.append(key)
      if key == parts[1], let value = try output(["outputVariables", parts[2]], of: node.path) { return value }
    }
    throw ExpressionError(
      .unresolved, "no step that has run exports '\(text)'", names: keys,
      suggestion: keys.contains(parts[1]) ? nil : Spelling.nearest(to: parts[1], among: keys))
  }

  private static let exportScopes: [String: RunNode.Kind?] = ["pipeline": nil, "stage": .stage, "stepgroup": .group]

  private func isVisible(_ step: StepPath, from scope: RunNode.Kind?) -> Bool {
    guard let scope else { return true }
    guard let container = nearest(scope) else { return false }
    return step.components.starts(with: container.components)
  }
}
