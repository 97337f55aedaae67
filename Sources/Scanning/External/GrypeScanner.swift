package import Engine
import FoundationEssentials
package import Model
package import OCI
package import SystemPackage

/// Hands the archive to Grype, which works with the database that it has and without a network.
package struct GrypeScanner: Scanner {
  private let program: FilePath
  private let environment: [String: String]
  private let temporaryDirectory: FilePath
  private let runner: any CommandRunner
  private let blobs: BlobStore
  private let makeName: @Sendable () -> String

  /// - Parameters:
  ///   - environment: what the program sees: PATH and HOME, and what else it needs.
  ///   - temporaryDirectory: exists; the report lies in it for a while.
  ///   - blobs: receives the archive's blobs.
  ///   - makeName: gives another file name at every call.
  package init(
    program: FilePath, environment: [String: String], temporaryDirectory: FilePath, runner: any CommandRunner,
    blobs: BlobStore, makeName: @escaping @Sendable () -> String
  ) {
    self.program = program
    self.environment = environment.merging(Self.offline) { $1 }
    self.temporaryDirectory = temporaryDirectory
    self.runner = runner
    self.blobs = blobs
    self.makeName = makeName
  }

  /// Grype has no switches for these; a database older than five days is refused unless its age doesn't matter.
  private static let offline = [
    "GRYPE_DB_AUTO_UPDATE": "false", "GRYPE_DB_VALIDATE_AGE": "false", "GRYPE_CHECK_FOR_APP_UPDATE": "false",
  ]

  package func scan(archive: FilePath, output: OutputSink) async throws -> ScanReport {
    let scan = ExternalScan(
      name: "grype", archive: archive, runner: runner, environment: environment, workingDirectory: temporaryDirectory)
    let subject = try await scan.subject(in: blobs)
    let reportPath = temporaryDirectory.appending(makeName() + ".json")
    defer {
      // It may not be there; if it can't be removed, whoever made the directory removes it.
      try? FileManager.default.removeItem(atPath: reportPath.string)
    }
    let place = (try await Self.isDockerArchive(archive) ? "docker-archive:" : "oci-archive:") + archive.string
    let result = try await scan.run([program.string, place, "-o", "json", "--file", reportPath.string])
    if !result.standardError.isEmpty { try await output.write(result.standardError[...]) }
    try await scan.checkUnchanged(subject)
    guard result.exit.isSuccess else {
      throw ScanError(
        .scannerFailed, "grype failed with \(ExternalScan.ending(result.exit)): \(ExternalScan.lastWords(result))")
    }
    let report: GrypeReport
    do {
      report = try GrypeReport(json: try await scan.report(at: reportPath))
    } catch let error as DecodingError {
      throw ScanError(.scannerFailed, "grype wrote a report that can't be understood.", cause: error)
    }
    var remarks = ["grype lists only the packages that it found something in"]
    if let image = report.source?.target?.imageID, image != subject.configurationDigest.description {
      remarks.append("grype calls the image \(image), but the archive's is \(subject.configurationDigest)")
    }
    if report.databaseDate == nil { remarks.append("grype doesn't say how old its database is") }
    let findings = report.findings
    return ScanReport(
      scanner: .init(
        name: "grype", version: report.descriptor?.version ?? "unknown",
        data: report.databaseDate.map { ["vulnerability database \($0)"] } ?? []),
      archiveDigest: subject.archiveDigest, manifestDigest: subject.manifestDigest,
      configurationDigest: subject.configurationDigest, operatingSystem: report.system?.description,
      packages: Set(findings.map(\.package)).sorted {
        ($0.kind.rawValue, $0.name, $0.version) < ($1.kind.rawValue, $1.name, $1.version)
      }, findings: findings, remarks: remarks)
  }

  /// Docker's archives, and those that are both, have a manifest.json.
  @concurrent
  private static func isDockerArchive(_ archive: FilePath) async throws -> Bool {
    do {
      let reader = try TarReader(reading: archive)
      while let member = try reader.next() {
        if member.path == "manifest.json" { return true }
      }
      return false
    } catch let error as OCIError {
      throw ScanError(.unreadableArchive, "“\(archive)” can't be scanned: \(error.message).", cause: error)
    }
  }
}
