import Model

/// What a step wants to have run, before it is known how.
struct StepProgram {
  enum Command {
    case script(String, shell: RunStep.Shell, outputs: [RunStep.OutputVariable] = [])
    /// The image's own entrypoint and command; `entrypoint`, where it is not empty, in place of both, and `arguments` in place of the command.
    case image(entrypoint: [String] = [], arguments: [String] = [])
    /// This very program, on the machine itself.
    case program([String])

    /// What the image's entrypoint is given in place of its own command; nil when that stays.
    var imageArguments: [String]? {
      if case .image(_, let arguments) = self, !arguments.isEmpty { arguments } else { nil }
    }
  }

  var command: Command
  var container = StepContainer()
  /// `envVariables`, which come before everything else.
  var environment: [NamedText] = []
  /// What the step's type adds, as the PLUGIN_ settings.
  var settings: [String: String] = [:]
}
