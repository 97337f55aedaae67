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

  package let command: Text?
  package let shell: Shell
  package let image: Text?
  package let connector: Text?
  package let environment: [NamedText]
  package let outputVariables: [OutputVariable]
  package let isPrivileged: Text?
  package let runAsUser: Text?

  package init(
    command: Text?, shell: Shell = .sh, image: Text? = nil, connector: Text? = nil,
    environment: [NamedText] = [], outputVariables: [OutputVariable] = [],
    isPrivileged: Text? = nil, runAsUser: Text? = nil
  ) {
    self.command = command
    self.shell = shell
    self.image = image
    self.connector = connector
    self.environment = environment
    self.outputVariables = outputVariables
    self.isPrivileged = isPrivileged
    self.runAsUser = runAsUser
  }
}
