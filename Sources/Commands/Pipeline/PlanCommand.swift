import ArgumentParser
import Engine
import Model

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a pipeline comes to, without running it.",
    discussion: """
      The stages, groups and steps; for each build step which build tool Harness would choose and why, what its PLUGIN_ \
      settings do there, and the image that is expected. With --runtime the same is asked for another infrastructure, and \
      what changes is shown.
      """)

  /// Where the stages could run.
  enum Runtime: String, ExpressibleByArgument, CaseIterable {
    case kubernetes, cloud, docker, vm

    init?(argument: String) {
      self.init(rawValue: argument.lowercased())
    }

    var infrastructure: Infrastructure {
      switch self {
      case .kubernetes: .kubernetes
      case .cloud: .cloud
      case .docker: .docker
      case .vm: .virtualMachine
      }
    }
  }

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "pipeline"))
  var file: String

  @Option(help: "Ask about another infrastructure: kubernetes, cloud, docker or vm.")
  var runtime: Runtime?

  @Flag(help: "As one JSON object.")
  var json = false

  @Flag(help: "As a graph in Mermaid's language.")
  var graph = false

  @OptionGroup var options: StateOptions

  func validate() throws {
    if json, graph { throw ValidationError("give --json or --graph, not both") }
  }

  func run() async throws {
    let workplace = try Workplace(
      pipelineFile: file, settingsFile: options.config, surroundings: .ofThisProcess())
    let outline = PlanOutline(Plan(workplace.pipeline), on: runtime?.infrastructure)
    let terminal = Terminal.ofThisProcess()
    if json {
      terminal.data(outline.document.canonicalJSON + "\n")
    } else if graph {
      terminal.data(PlanGraph(outline).text)
    } else {
      terminal.data(PlanView(outline).lines)
    }
  }
}
