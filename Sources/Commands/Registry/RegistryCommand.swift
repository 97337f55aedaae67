import ArgumentParser

struct RegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Serve or list what was pushed to the embedded registry.",
    subcommands: [RegistryServeCommand.self, RegistryListCommand.self])
}
