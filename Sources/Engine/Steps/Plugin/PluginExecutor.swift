package import Model

/// `Plugin`: a container that finds its settings in `PLUGIN_…` variables.
package struct PluginExecutor: StepExecutor {
  private let processes: StepProcesses

  package init(_ processes: StepProcesses) {
    self.processes = processes
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .plugin = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .plugin(let step) = execution.step.spec else {
      preconditionFailure("a step that is no plugin came to its executor")
    }
    if let uses = step.uses, step.container.image == nil {
      throw StepFailure(
        .configuration,
        "a plugin by its source ('uses: \(uses.raw)') is built by Harness's machines: name an image of it with 'image'")
    }
    guard step.container.image != nil else {
      throw StepFailure(.configuration, "a Plugin step needs an image: add 'image' and 'connectorRef'")
    }
    var settings: [String: String] = [:]
    for setting in step.settings {
      settings["PLUGIN_" + setting.name.uppercased()] = try PluginSetting.text(
        of: setting.value, evaluator: execution.evaluator)
    }
    let program = StepProgram(
      command: .image(entrypoint: try step.entrypoint.map(execution.evaluator.render)), container: step.container,
      environment: step.environment, settings: settings)
    return try await ScriptRun(processes).run(program, reports: step.reports, execution)
  }
}
