import ArgumentParser
import Attestation
import Ledger
import Model

struct AuditExportCommand: AsyncParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case events, provenance, vulnerabilities, sbom
  }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the events, or signed attestations of an image, as JSON lines.",
    discussion: """
      events: every event, oldest first. provenance: how the image was built (in-toto statement, SLSA provenance v1).
      vulnerabilities: what its scans found. sbom: the packages that its scans saw (CycloneDX). Attestations are DSSE envelopes, \
      signed with the key that 'slipway audit key' prints. What was built and signed on one's own machine is SLSA build level 1.
      """)

  @Option(help: ArgumentHelp("What to write: events, provenance, vulnerabilities or sbom.", valueName: "format"))
  var format = Format.events

  @Argument(help: ArgumentHelp("The image, for attestations: a digest or a reference.", valueName: "image"))
  var image: String?

  @OptionGroup var options: StateOptions

  func validate() throws {
    if format == .events, image != nil {
      throw ValidationError("an image goes with --format provenance, vulnerabilities or sbom")
    }
    if format != .events, image == nil { throw ValidationError("--format \(format.rawValue) needs an image") }
  }

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    let terminal = Terminal.ofThisProcess()
    guard let image else {
      try await store.exportEvents { events in
        terminal.data(events.map { $0.document.canonicalJSON + "\n" }.joined())
      }
      return
    }
    let traces = try await store.trace(image)
    let statements = try await statements(about: traces, store)
    guard !statements.isEmpty else {
      throw CommandFailure(.usage, "“\(image)” was never \(format == .provenance ? "built" : "scanned") here")
    }
    let key = try toolbox.signingKeyFile.readOrMake()
    for statement in statements { terminal.data(try statement.envelope(signedBy: key).document.canonicalJSON + "\n") }
  }

  private func statements(about traces: [ImageTrace], _ store: SQLiteRunStore) async throws -> [Statement] {
    switch format {
    case .events: []
    case .provenance: traces.flatMap(\.builds).map(Statement.init(provenanceOf:))
    case .vulnerabilities: try await store.scans(ofImages: traces).map(\.vulnerabilities)
    case .sbom: try await store.scans(ofImages: traces).map(\.softwareBillOfMaterials)
    }
  }
}
