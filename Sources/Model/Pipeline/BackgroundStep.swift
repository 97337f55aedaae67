/// `type: Background`: a service that runs beside the later steps until its stage ends.
package struct BackgroundStep: Hashable, Sendable {
  package struct PortBinding: Hashable, Sendable {
    package let host: Text
    package let container: Text

    package init(host: Text, container: Text) {
      self.host = host
      self.container = container
    }
  }

  package var command: Text?
  package var shell: FieldValue<RunStep.Shell>
  /// Overrides the image's own, and `command` with it.
  package var entrypoint: [Text]
  /// Behind the entrypoint, in place of the image's own command.
  package var arguments: [Text]
  package var container: StepContainer
  package var environment: [NamedText]
  package var portBindings: [PortBinding]
  package var reports: TestReports?

  package init(
    command: Text? = nil, shell: FieldValue<RunStep.Shell> = .literal(.sh, at: nil), entrypoint: [Text] = [],
    arguments: [Text] = [], container: StepContainer = StepContainer(), environment: [NamedText] = [],
    portBindings: [PortBinding] = [],
    reports: TestReports? = nil
  ) {
    self.command = command
    self.shell = shell
    self.entrypoint = entrypoint
    self.arguments = arguments
    self.container = container
    self.environment = environment
    self.portBindings = portBindings
    self.reports = reports
  }
}
