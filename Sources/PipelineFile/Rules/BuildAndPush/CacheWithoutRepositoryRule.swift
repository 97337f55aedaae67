import Engine
package import Model

/// Kaniko is to use a cache, is not to push, and has no place to look for the cache.
package enum CacheWithoutRepositoryRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5012), "cache-without-repository", .warning,
    "Kaniko cannot cache without a push and without a repository for the cache",
    reason: """
      Kaniko keeps its cache in a registry, by default beside the image's own repository. A build that pushes nothing names \
      no repository, and the executor ends with “if using cache with --no-push, specify cache repo with --cache-repo”.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_ENABLE_CACHE: «"true"»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_ENABLE_CACHE: "true"
              PLUGIN_CACHE_REPO: harbour/tides-cache
      """))

  package static let examples = [
    RuleExample(
      "with a push it works", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_ENABLE_CACHE: "true"}
      """),
    RuleExample(
      "the step's own field names the repository", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            remoteCacheRepo: harbour/tides-cache
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_ENABLE_CACHE: "true"}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, settings in
      guard use.tool == .kaniko, settings.isOn("PLUGIN_NO_PUSH"), settings.isOn("PLUGIN_ENABLE_CACHE"),
        !settings.isFilled("PLUGIN_CACHE_REPO")
      else { return nil }
      if case .mapping(let spec)? = use.place.step.source,
        spec["remoteCacheRepo"] != nil || spec["remoteCacheImage"] != nil
      {
        return nil
      }
      return diagnostic(
        "step '\(use.place.step.identifier)': Kaniko cannot use its cache: nothing is pushed, and PLUGIN_CACHE_REPO is missing",
        at: settings["PLUGIN_ENABLE_CACHE"]?.value.span, help: "name a repository for the cache in PLUGIN_CACHE_REPO")
    }
  }
}
