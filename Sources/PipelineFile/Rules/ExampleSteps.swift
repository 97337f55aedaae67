/// Steps that many examples are made of.
enum ExampleSteps {
  /// Builds an archive and pushes nothing.
  static func build(_ archive: String = "image.tar", identifier: String = "build") -> String {
    """
    - step:
        type: BuildAndPushECR
        name: \(identifier)
        identifier: \(identifier)
        spec:
          connectorRef: aws
          region: us-east-1
          account: "123456789012"
          imageName: tides
          tags: [one]
          envVariables:
            PLUGIN_NO_PUSH: "true"
            PLUGIN_TAR_PATH: \(archive)

    """
  }

  /// Scans an archive. `more` are further keys of the step, `advanced` goes into the spec.
  static func scan(
    _ archive: String = "image.tar", identifier: String = "scan", more: String = "",
    advanced: String = "advanced: {fail_on_severity: high}"
  ) -> String {
    """
    - step:
        type: AquaTrivy
        name: \(identifier)
        identifier: \(identifier)\(more.isEmpty ? "" : "\n    " + more)
        spec:
          mode: orchestration
          config: default
          target: {type: container, detection: auto, workspace: \(archive)}
          image: {type: local_archive}\(advanced.isEmpty ? "" : "\n      " + advanced)

    """
  }

  /// Pushes an archive.
  static func push(_ archive: String = "image.tar", identifier: String = "push", more: String = "") -> String {
    """
    - step:
        type: BuildAndPushECR
        name: \(identifier)
        identifier: \(identifier)\(more.isEmpty ? "" : "\n    " + more)
        spec:
          connectorRef: aws
          region: us-east-1
          account: "123456789012"
          imageName: tides
          tags: [one]
          envVariables:
            PLUGIN_PUSH_ONLY: "true"
            PLUGIN_SOURCE_TAR_PATH: \(archive)

    """
  }
}
