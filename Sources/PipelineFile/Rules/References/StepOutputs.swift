import Model

/// Which output variables a step can have.
enum StepOutputs {
  /// Nil when nobody can tell from the file.
  static func names(of step: Step) -> Set<String>? {
    switch step.spec {
    case .run(let run):
      // A script may also write names of its own into the file for outputs, but only where none are declared.
      if !run.outputVariables.isEmpty { return Set(run.outputVariables.map(\.name)) }
      guard let command = run.command?.raw else { return nil }
      return writers.contains(where: command.contains) ? nil : []
    case .buildAndPush: return ["digest", "IMAGE_TAR_PATH"]
    default: return nil
    }
  }

  private static let writers = ["DRONE_OUTPUT", "HARNESS_OUTPUT", "OUTPUT_FILE"]
}
