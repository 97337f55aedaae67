package import Engine
package import Model
package import OCI
package import SystemPackage

/// Slipway's own scanner: reads what package managers leave in an image and compares it with the advisories it is
/// given.
package struct EmbeddedScanner: Scanner {
  private let blobs: BlobStore
  private let advisories: AdvisoryPack
  private let version: String

  /// - Parameters:
  ///   - blobs: receives the archive's blobs.
  ///   - version: Slipway's own.
  package init(blobs: BlobStore, advisories: AdvisoryPack, version: String) {
    self.blobs = blobs
    self.advisories = advisories
    self.version = version
  }

  package func scan(archive: FilePath, output: OutputSink) async throws -> ScanReport {
    let report = try await report(on: archive)
    let packages = report.packages.count == 1 ? "1 package" : "\(report.packages.count) packages"
    let system = report.operatingSystem ?? "no operating system"
    try await output.line("\(system), \(packages), image \(report.manifestDigest)")
    try await output.line("advisories: " + report.scanner.data.joined(separator: ", "))
    for remark in report.remarks { try await output.line("remark: \(remark)") }
    return report
  }

  @concurrent
  private func report(on archive: FilePath) async throws -> ScanReport {
    do {
      let contents = try ImageArchive.read(from: archive, into: blobs)
      let catalogue = try ImageCatalogue(of: contents.image, in: blobs)
      var matcher = Matcher(advisories)
      let result = try matcher.match(catalogue.packages, on: catalogue.system)
      let data = advisories.sources.map { "\($0.ecosystem) \($0.asOf)" }
      return ScanReport(
        scanner: .init(name: "slipway", version: version, data: data),
        archiveDigest: contents.archiveDigest, manifestDigest: contents.image.digest,
        configurationDigest: try blobs.manifest(of: contents.image).config.digest,
        operatingSystem: catalogue.system?.description, packages: catalogue.packages, findings: result.findings,
        remarks: catalogue.remarks + result.remarks)
    } catch let error as OCIError {
      throw ScanError(.unreadableArchive, "“\(archive)” can't be scanned: \(error.message).", cause: error)
    } catch let error as AdvisoryPackError {
      throw error.scanError
    }
  }
}
