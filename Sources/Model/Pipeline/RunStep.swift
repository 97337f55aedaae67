/// `type: Run`: a script, on the machine or in a container.
package struct RunStep: Hashable, Sendable {
  package enum Shell: String, Hashable, Sendable, CaseIterable {
    case sh = "Sh"
    case bash = "Bash"
    case powershell = "Powershell"
    case pwsh = "Pwsh"
    case python = "Python"
  }

  package struct OutputVariable: Hashable, Sendable {
    /// The name that later steps use.
    package let name: String
    /// The shell variable that is read; the same name unless the file says otherwise.
    package let source: String
    package let isSecret: Bool

    package init(name: String, source: String? = nil, isSecret: Bool = false) {
      self.name = name
      self.source = source ?? name
      self.isSecret = isSecret
    }
  }

  /// `outputAlias`: a name under which later stages find the outputs.
  package struct OutputAlias: Hashable, Sendable {
    package enum Scope: String, Hashable, Sendable, CaseIterable {
      case pipeline = "Pipeline"
      case stage = "Stage"
      case stepGroup = "StepGroup"
    }

    package let key: Text
    package let scope: FieldValue<Scope>?

    package init(key: Text, scope: FieldValue<Scope>?) {
      self.key = key
      self.scope = scope
    }
  }

  package var command: Text?
  package var shell: FieldValue<Shell>
  package var container: StepContainer
  package var environment: [NamedText]
  package var outputVariables: [OutputVariable]
  package var reports: TestReports?
  package var outputAlias: OutputAlias?

  package init(
    command: Text?, shell: Shell = .sh, image: Text? = nil, connector: Text? = nil,
    environment: [NamedText] = [], outputVariables: [OutputVariable] = [],
    isPrivileged: Text? = nil, runAsUser: Text? = nil, reports: TestReports? = nil
  ) {
    self.command = command
    self.shell = .literal(shell, at: nil)
    self.container = StepContainer(
      image: image, connector: connector, isPrivileged: isPrivileged, runAsUser: runAsUser)
    self.environment = environment
    self.outputVariables = outputVariables
    self.reports = reports
  }

  package var image: Text? { container.image }
  package var connector: Text? { container.connector }
  package var isPrivileged: Text? { container.isPrivileged }
  package var runAsUser: Text? { container.runAsUser }
}
