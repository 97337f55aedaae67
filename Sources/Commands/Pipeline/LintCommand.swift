import ArgumentParser
import Engine
import Model
import PipelineFile

struct LintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Check pipelines without running them.",
    discussion: "Exit code 3 when there is an error, 0 otherwise.")

  @Argument(help: ArgumentHelp("Pipeline files.", valueName: "pipeline"))
  var files: [String]

  @Flag(help: "Warnings count as errors.")
  var strict = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let terminal = Terminal.ofThisProcess()
    var worst: Diagnostic.Severity?
    for file in files {
      do {
        let workplace = try Workplace(pipelineFile: file, settingsFile: options.config, surroundings: surroundings)
        let found = workplace.diagnostics + Plan(workplace.pipeline).limitations()
          + ExpressionCheck.unknownNames(in: workplace.pipeline.source, sources: workplace.sources)
        DiagnosticReport(found, sources: workplace.sources, terminal: terminal).show()
        worst = max(worst, found.map(\.severity).max())
      } catch let error as WorkplaceError {
        DiagnosticReport(error.diagnostics, sources: error.sources, terminal: terminal).show()
        worst = .error
      }
    }
    if worst == .error || (strict && worst == .warning) { throw ExitStatus.invalidPipeline }
    terminal.talk("\(files.count == 1 ? "1 file" : "\(files.count) files") checked, no errors")
  }

  private func max(_ left: Diagnostic.Severity?, _ right: Diagnostic.Severity?) -> Diagnostic.Severity? {
    guard let left, let right else { return left ?? right }
    return left < right ? right : left
  }
}
