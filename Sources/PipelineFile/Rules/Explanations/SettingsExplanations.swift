package import Model

/// What the codes of the readers of settings, connectors and secrets mean.
package enum SettingsExplanations {
  /// `SW21xx` and `SW22xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .unknownSetting, "unknown-setting", .warning,
      "a setting is not known",
      reason: """
        The settings file, slipway.yaml, has a key that nothing reads. What is near in spelling is suggested.
        """,
      wrong: .init(
        .settings,
        """
        codebse: app
        """),
      right: .init(
        .settings,
        """
        codebase: app
        """)),
    DiagnosticExplanation(
      .invalidSetting, "invalid-setting", .error,
      "a setting has a value that it cannot have",
      reason: """
        The value is of the wrong kind or none of those that are possible; the message says what is wanted.
        """,
      wrong: .init(
        .settings,
        """
        secrets:
          token: open-sesame
        """),
      right: .init(
        .settings,
        """
        secrets:
          token: {env: TOKEN}
        """)),
    DiagnosticExplanation(
      .noSuchFile, "no-such-file", .error,
      "the settings name a file that is not there",
      reason: """
        Paths in the settings are relative to the settings file itself, not to where the program is called.
        """,
      wrong: .init(
        .sketch,
        """
        connectors: [conectors]
        """),
      right: .init(
        .sketch,
        """
        connectors: [connectors]
        """)),
    DiagnosticExplanation(
      .invalidReference, "invalid-reference", .error,
      "a connector or a secret is named in a way that cannot be",
      reason: """
        References are an identifier, alone or behind org. or account.: my_secret, org.my_secret, account.my_secret.
        """,
      wrong: .init(
        .definition,
        """
        connector:
          name: aws
          identifier: aws
          type: Aws
          spec:
            credential:
              type: ManualConfig
              spec: {accessKeyRef: team.key, secretKeyRef: secret}
        """),
      right: .init(
        .definition,
        """
        connector:
          name: aws
          identifier: aws
          type: Aws
          spec:
            credential:
              type: ManualConfig
              spec: {accessKeyRef: account.key, secretKeyRef: secret}
        """)),
    DiagnosticExplanation(
      .duplicateDefinition, "duplicate-definition", .error,
      "a connector or a secret is defined twice",
      reason: """
        Two of the files under connectors: define the same identifier in the same scope. Which one is meant nobody \
        can say.
        """,
      wrong: .init(
        .sketch,
        """
        connectors: [aws.yaml, copy-of-aws.yaml]
        """),
      right: .init(
        .sketch,
        """
        connectors: [aws.yaml]
        """)),
  ]
}
