package import Model
import SystemPackage

/// `RunTests`: the older test step, which knows how each build tool is called.
///
/// Harness puts an agent beside the build tool that chooses the tests which a change concerns. Here all tests run.
package struct RunTestsExecutor: StepExecutor {
  private let processes: StepProcesses

  package init(_ processes: StepProcesses) {
    self.processes = processes
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .runTests = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .runTests(let step) = execution.step.spec else {
      preconditionFailure("a step that runs no tests came to its executor")
    }
    let evaluator = execution.evaluator
    let render = { (text: Text?) in try text.map(evaluator.render) ?? "" }
    let command = Self.command(
      try evaluator.word(step.buildTool, field: "buildTool"), arguments: try render(step.arguments),
      hasGradleWrapper: Self.exists("gradlew", in: execution.workspace),
      hasMavenWrapper: Self.exists("mvnw", in: execution.workspace))
    try await execution.output.line("slipway: \(command) (all tests: choosing and splitting them is Harness's)")
    let script = [try render(step.preCommand), command, try render(step.postCommand)]
      .filter { !$0.isEmpty }.joined(separator: "\n")
    let program = StepProgram(
      command: .script(
        script, shell: try evaluator.word(step.shell, field: "shell"), outputs: step.outputVariables),
      container: step.container, environment: step.environment)
    return try await ScriptRun(processes).run(
      program, outputs: step.outputVariables, reports: step.reports, execution)
  }

  /// How the build tool is told to run all tests; the step's `args` say the rest, as on Harness: `clean test` for Maven.
  static func command(
    _ tool: RunTestsStep.BuildTool, arguments: String, hasGradleWrapper: Bool = false, hasMavenWrapper: Bool = false
  ) -> String {
    let words: [String] =
      switch tool {
      case .maven: [hasMavenWrapper ? "./mvnw" : "mvn", arguments.isEmpty ? "test" : arguments]
      case .gradle: [hasGradleWrapper ? "./gradlew" : "gradle", arguments.isEmpty ? "test" : arguments]
      case .bazel: ["bazel", arguments.isEmpty ? "test //..." : arguments]
      case .sbt: ["sbt", arguments.isEmpty ? "test" : arguments]
      case .dotnet: ["dotnet", "test", arguments]
      case .nunitConsole: ["nunit3-console", arguments]
      case .pytest: ["pytest", arguments]
      case .unittest: ["python3 -m unittest", arguments]
      case .rspec: ["bundle exec rspec", arguments]
      }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func exists(_ name: String, in workspace: Workspace) -> Bool {
    FileTree.exists(workspace.directory.appending(name))
  }
}
