package import Model

/// What the codes about missing connectors and secrets mean.
package enum DefinitionExplanations {
  /// `SW411x`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .missingConnectors, "missing-connectors", .warning,
      "connectors are not defined here",
      reason: """
        Harness keeps connectors on its server. Here they come from files named under 'connectors:' in the settings, or
        stand there themselves. Where there are no settings, only a run says so.
        """,
      wrong: .init(
        .sketch,
        """
        connectorRef: docker_hub, and settings without connectors
        """),
      right: .init(
        .sketch,
        """
        connectors: [connectors], with connectors/docker_hub.yaml
        """)),
    DiagnosticExplanation(
      .missingSecrets, "missing-secrets", .warning,
      "secrets are not defined here",
      reason: """
        The settings say where the value of a secret comes from: the environment, a file, a command, a dotenv file.
        Where there are no settings, only a run says so.
        """,
      wrong: .init(
        .sketch,
        """
        <+secrets.getValue("token")>, and settings without it
        """),
      right: .init(
        .sketch,
        """
        secrets: {token: {env: TOKEN}}
        """)),
  ]
}
