import ArgumentParser
import RegistryServer

struct RegistryListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what the embedded registry holds.")

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = options.toolbox(.ofThisProcess()).registryStore
    var rows = [RegistryTable.Row]()
    for repository in try store.repositories() {
      for tag in try store.tags(of: repository) {
        let manifest = try store.manifest(repository, .tag(try TagName(tag)))
        rows.append(RegistryTable.Row(repository: repository.description, tag: tag, digest: manifest.digest))
      }
    }
    format.show(RegistryTable(rows), on: .ofThisProcess())
  }
}
