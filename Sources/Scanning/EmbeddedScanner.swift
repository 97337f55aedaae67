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
    try await report(on: archive)
  }

  @concurrent
  private func report(on archive: FilePath) async throws -> ScanReport {
    do {
      let contents = try ImageArchive.read(from: archive, into: blobs)
      let catalogue = try ImageCatalogue(of: contents.image, in: blobs)
      var matcher = Matcher(advisories)
      let result = try matcher.match(catalogue.packages, on: catalogue.system)
      let data = data(for: catalogue.packages)
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

  /// The advisories that had a say: those of the packages' ecosystems, and the severities; all of them for an image without packages.
  private func data(for packages: [InstalledPackage]) -> [String] {
    let ecosystems = Set(packages.compactMap { Self.ecosystems[$0.kind] })
    let used = advisories.sources.filter {
      ecosystems.isEmpty || ecosystems.contains($0.ecosystem)
        || $0.ecosystem == AdvisorySource.severitiesByCVE
    }
    return used.map { "\($0.ecosystem) \($0.asOf)" }
  }

  private static let ecosystems: [InstalledPackage.Kind: String] = [
    .alpine: "Alpine", .debian: "Debian", .python: "PyPI",
  ]
}
