import ArgumentParser
import Engine
import Model
import SystemPackage

struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Scan an image archive, outside of any run.")

  @Argument(help: ArgumentHelp("The archive, such as image.tar.", valueName: "archive"))
  var archive: String

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let toolbox = options.toolbox(surroundings)
    let terminal = Terminal.ofThisProcess()
    let report: ScanReport
    guard FileSystem.exists(surroundings.absolute(FilePath(archive))) else {
      throw CommandFailure(.usage, "there is no archive \(archive)")
    }
    do {
      report = try await toolbox.scanner().scan(
        archive: surroundings.absolute(FilePath(archive)),
        output: OutputSink { terminal.talk(bytes: $0) })
    } catch let error as ScanError {
      throw CommandFailure(.stepFailed, error.message)
    }
    let step = StepPath.pipeline
    format.show(FindingsTable([ScanRecord(step: step, report: report, isPassed: true)]), on: terminal)
    for remark in report.remarks { terminal.talk("note: " + remark) }
  }
}
