import Expressions
import Model

/// What may stand first in an expression, and behind the names whose members are fixed.
struct KnownNames {
  /// The keys and identifiers of the file: each may be what an expression starts with, seen from the right place.
  private var ofFile = Set<String>()
  /// A template may bring in names that the file does not show.
  private var hasTemplates = false

  init(of root: Node) { collect(from: root) }

  private mutating func collect(from node: Node) {
    switch node {
    case .scalar: break
    case .sequence(let sequence): for element in sequence.elements { collect(from: element) }
    case .mapping(let mapping):
      for entry in mapping.entries {
        ofFile.insert(entry.key.text)
        if entry.key.text == "identifier", case .scalar(let scalar) = entry.value { ofFile.insert(scalar.text) }
        if entry.key.text == "templateRef" { hasTemplates = true }
        collect(from: entry.value)
      }
    }
  }

  static let roots: Set<String> = [
    "account", "ambiance", "codebase", "currentDate", "currentTime", "datetime", "eventPayload", "execution",
    "executionInput", "exportedVariables", "input", "inputSet", "json", "matrix", "org", "pipeline", "project", "regex",
    "repeat", "secrets", "shell", "spec", "stage", "stages", "step", "stepGroup", "steps", "strategy", "trigger",
    "variable", "xml", "Always", "OnPipelineFailure", "OnPipelineSuccess", "OnRollbackModeExecution", "OnStageFailure",
    "OnStageSuccess",
    // Attributes of whatever the expression stands in.
    "currentStatus", "endTs", "executionUrl", "identifier", "liveStatus", "name", "output", "outcome", "qualified",
    "child", "ancestor", "retryCount", "startTs", "status", "tags", "type", "variables", "iteration", "iterations",
    "totalIterations", "identifierPostFix",
    // Of Deployment and Custom stages: said when they are evaluated.
    "artifact", "artifacts", "config", "configFile", "deploymentInstanceName", "env", "fileStore", "host", "infra",
    "INFRA_KEY", "INFRA_KEY_SHORT_ID", "instance", "kubernetes", "manifest", "manifests", "rollbackArtifact",
    "rollbackArtifacts", "service", "serviceConfig", "serviceVariables", "serviceVariableOverrides",
    "lastPublished", "artifactTriggers", "httpResponseBody", "httpResponseCode", "httpResponseMethod", "httpMethod",
    "httpUrl", "approval", "chained", "rollbackInstances",
  ]

  static let functors = ["datetime", "exportedVariables", "json", "regex", "secrets", "shell", "xml"]

  /// The members of what always has the same ones.
  static let members: [String: Set<String>] = [
    "codebase": [
      "baseCommitSha", "branch", "build", "changedFiles", "commitMessage", "commitRef", "commitSha", "gitUser",
      "gitUserAvatar", "gitUserEmail", "gitUserId", "mergeSha", "prNumber", "prTitle", "pullRequestBody",
      "pullRequestLink", "repoUrl", "shortCommitSha", "sourceBranch", "state", "tag", "targetBranch",
    ]
  ]

  /// - Returns: nil for what may have a value.
  func error(for path: [String]) -> ExpressionError? {
    guard let first = path.first else { return nil }
    if let known = Self.members[first], path.count > 1, !known.contains(path[1]), !ofFile.contains(first) {
      return ExpressionError(
        .unresolved, "'\(first)' has no '\(path[1])'", names: Array(known),
        suggestion: Spelling.nearest(to: path[1], among: known.sorted()))
    }
    guard !Self.roots.contains(first), !ofFile.contains(first), !hasTemplates else { return nil }
    return ExpressionError(
      .unresolved, "nothing is named '\(first)'",
      suggestion: Spelling.nearest(to: first, among: Self.roots.sorted() + ofFile.sorted()),
      help: path.count == 1 ? "a text is written in quotes" : nil)
  }

  func error(forCall call: ExpressionReferences.Call) -> ExpressionError? {
    let names = call.function.split(separator: ".").map(String.init)
    guard let first = names.first else { return nil }
    if first == "secrets", names.count == 2, names[1] != "getValue" {
      return ExpressionError(
        .unknownFunction, "'secrets' has no function '\(names[1])'", names: ["getValue"],
        suggestion: Spelling.nearest(to: names[1], among: ["getValue"]))
    }
    if names.count == 1 {
      return ExpressionError(
        .unknownFunction, "there is no function '\(first)'",
        suggestion: Spelling.nearest(to: first, among: ["currentDate", "currentTime", "empty", "size"]))
    }
    guard !Self.roots.contains(first), !ofFile.contains(first), !hasTemplates else { return nil }
    return ExpressionError(
      .unresolved, "nothing is named '\(first)'",
      suggestion: Spelling.nearest(to: first, among: Self.functors + ofFile.sorted()))
  }
}
