import ArgumentParser
import Ledger

struct AuditImagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images", abstract: "List the images that were built or pushed, and whether they were scanned.")

  @Flag(help: "Only images that no scan has read, or that were pushed before one had.")
  var unscanned = false

  @Flag(help: "Only images that were pushed.")
  var pushed = false

  @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
  var limit = 100

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    let images = try await store.images(unscanned: unscanned, pushed: pushed, limit: limit)
    format.show(ImageTable(images), on: .ofThisProcess())
  }
}
