import ArgumentParser
import Ledger

struct AuditTraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Tell an image's story: built where, scanned with what result, pushed as what.",
    discussion:
      "The image is named by a digest (of its manifest, configuration, archive or a layer), its beginning, or a pushed reference."
  )

  @Argument(help: ArgumentHelp("A digest or a reference.", valueName: "image"))
  var image: String

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    let traces = try await store.trace(image)
    TraceView(traces).show(on: .ofThisProcess(), isJSON: json)
  }
}
