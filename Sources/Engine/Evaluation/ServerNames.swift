import Expressions

/// Names that exist in Harness and have no meaning on this machine.
enum ServerNames {
  /// Of Deployment and Custom stages.
  private static let ofDeployments: Set<String> = [
    "artifact", "artifacts", "config", "configFile", "deploymentInstanceName", "env", "fileStore", "infra",
    "INFRA_KEY", "INFRA_KEY_SHORT_ID", "instance", "kubernetes", "manifest", "manifests", "rollbackArtifact",
    "rollbackArtifacts", "service", "serviceConfig", "serviceVariables", "serviceVariableOverrides",
  ]

  /// - Returns: an error that says so, or nil where the name is none of them. `??` and `== null` take it for an unknown name.
  static func error(for path: [String]) -> ExpressionError? {
    guard let first = path.first, ofDeployments.contains(first) else { return nil }
    return ExpressionError(
      .unresolved, "'\(path.joined(separator: "."))' belongs to Deployment stages, which are not run on this machine",
      help: "in a CI stage use codebase, pipeline or stage variables, or a step's outputs")
  }
}
