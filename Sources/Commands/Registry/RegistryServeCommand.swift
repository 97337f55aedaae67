import ArgumentParser
import Engine
import RegistryServer

struct RegistryServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the embedded registry, so that docker, skopeo or crane can pull from it.",
    discussion: "Plain HTTP on this machine only. Ends with Ctrl-C.")

  @Option(help: ArgumentHelp("The port; 0 takes any that is free.", valueName: "number"))
  var port = 5000

  @Flag(help: "Print each request.")
  var verbose = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let toolbox = options.toolbox(surroundings)
    let terminal = Terminal.ofThisProcess()
    let signals = StopSignals()
    let (isVerbose, port) = (verbose, port)
    let registry = EmbeddedRegistry(store: toolbox.registryStore) { if isVerbose { terminal.talk($0) } }
    let name = surroundings.shown(toolbox.state.registry)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await registry.run(port: port) { port in
          terminal.talk("serving \(name) at http://127.0.0.1:\(port) (Ctrl-C ends it)")
        }
      }
      group.addTask { await signals.latch.wait() }
      try await group.next()
      group.cancelAll()
    }
  }
}
