/// `type: Plugin`: a container that finds its settings in `PLUGIN_…` variables.
package struct PluginStep: Hashable, Sendable {
  /// One key of `settings:`, whose value may be anything that YAML can hold.
  package struct Setting: Hashable, Sendable {
    package let name: String
    package let value: Node

    package init(name: String, value: Node) {
      self.name = name
      self.value = value
    }
  }

  package var container: StepContainer
  /// `uses`: a plugin by its source, in place of an image.
  package var uses: Text?
  package var entrypoint: [Text]
  package var settings: [Setting]
  /// Not in the published schema; Harness's server reads it.
  package var environment: [NamedText]
  package var reports: TestReports?

  package init(
    container: StepContainer = StepContainer(), uses: Text? = nil, entrypoint: [Text] = [], settings: [Setting] = [],
    environment: [NamedText] = [], reports: TestReports? = nil
  ) {
    self.container = container
    self.uses = uses
    self.entrypoint = entrypoint
    self.settings = settings
    self.environment = environment
    self.reports = reports
  }
}

/// `type: Action` and `type: Bitrise`: a step of GitHub's or Bitrise's, run by Harness.
package struct ForeignActionStep: Hashable, Sendable {
  package enum Origin: String, Hashable, Sendable {
    case github = "Action"
    case bitrise = "Bitrise"
  }

  package let origin: Origin
  package let uses: Text
  package let inputs: [NamedText]
  package let environment: [NamedText]

  package init(origin: Origin, uses: Text, inputs: [NamedText] = [], environment: [NamedText] = []) {
    self.origin = origin
    self.uses = uses
    self.inputs = inputs
    self.environment = environment
  }
}
