package import Engine
import FoundationEssentials
package import Model
package import OCI
package import SystemPackage

/// Hands the archive to Trivy, which works with the database that it has and without a network.
package struct TrivyScanner: Scanner {
  /// Where the program is and how it is to be run.
  package struct Configuration: Sendable {
    package var program: FilePath
    /// Where its database is (`--cache-dir`); nil means the place where Trivy looks by itself.
    package var cacheDirectory: FilePath?
    /// Further switches for `trivy image`, such as `--ignore-unfixed`.
    package var additionalArguments: [String]
    /// What the program sees of the environment: PATH and HOME, and what else it needs.
    package var environment: [String: String]
    /// An existing directory; the report lies in it for a while.
    package var temporaryDirectory: FilePath

    package init(
      program: FilePath, cacheDirectory: FilePath? = nil, additionalArguments: [String] = [],
      environment: [String: String], temporaryDirectory: FilePath
    ) {
      self.program = program
      self.cacheDirectory = cacheDirectory
      self.additionalArguments = additionalArguments
      self.environment = environment
      self.temporaryDirectory = temporaryDirectory
    }
  }

  private let configuration: Configuration
  private let runner: any CommandRunner
  private let blobs: BlobStore
  private let makeName: @Sendable () -> String

  /// - Parameters:
  ///   - blobs: receives the archive's blobs.
  ///   - makeName: gives another file name at every call.
  package init(
    _ configuration: Configuration, runner: any CommandRunner, blobs: BlobStore,
    makeName: @escaping @Sendable () -> String
  ) {
    self.configuration = configuration
    self.runner = runner
    self.blobs = blobs
    self.makeName = makeName
  }

  package func scan(archive: FilePath, output: OutputSink) async throws -> ScanReport {
    let scan = ExternalScan(
      name: "trivy", archive: archive, runner: runner, environment: configuration.environment,
      workingDirectory: configuration.temporaryDirectory)
    let subject = try await scan.subject(in: blobs)
    let identity = try await identity(scan)
    let reportPath = configuration.temporaryDirectory.appending(makeName() + ".json")
    defer {
      // It may not be there; if it can't be removed, whoever made the directory removes it.
      try? FileManager.default.removeItem(atPath: reportPath.string)
    }
    let result = try await scan.run(arguments(archive: archive, report: reportPath))
    if !result.standardError.isEmpty { try await output.write(result.standardError[...]) }
    try await scan.checkUnchanged(subject)
    guard isSuccess(result.exit) else {
      throw ScanError(
        identity.data.isEmpty ? .dataUnusable : .scannerFailed,
        "trivy failed with \(ExternalScan.ending(result.exit)): \(ExternalScan.lastWords(result))"
          + (identity.data.isEmpty
            ? ". It seems to have no database: `trivy image --download-db-only` fetches it." : ""))
    }
    let report: TrivyReport
    do {
      report = try TrivyReport(json: try await scan.report(at: reportPath))
    } catch let error as DecodingError {
      throw ScanError(.scannerFailed, "trivy wrote a report that can't be understood.", cause: error)
    }
    return ScanReport(
      scanner: identity, archiveDigest: subject.archiveDigest, manifestDigest: subject.manifestDigest,
      configurationDigest: subject.configurationDigest, operatingSystem: report.system?.description,
      packages: report.packages, findings: report.findings, remarks: remarks(on: report, subject, identity))
  }

  private func arguments(archive: FilePath, report: FilePath) -> [String] {
    [configuration.program.string, "image", "--input", archive.string, "--format", "json", "--output", report.string]
      + ["--scanners", "vuln", "--list-all-pkgs"]
      + ["--skip-db-update", "--skip-java-db-update", "--offline-scan", "--skip-version-check", "--disable-telemetry"]
      + cacheArguments + configuration.additionalArguments
  }

  private var cacheArguments: [String] {
    configuration.cacheDirectory.map { ["--cache-dir", $0.string] } ?? []
  }

  /// Zero, or the code that the additional arguments ask Trivy to end with when there are findings.
  private func isSuccess(_ exit: ProcessExit) -> Bool {
    guard case .exited(let code) = exit else { return false }
    if code == 0 { return true }
    let arguments = configuration.additionalArguments
    return ["--exit-code", "--exit-on-eol"].contains { name in
      arguments.contains("\(name)=\(code)")
        || zip(arguments, arguments.dropFirst()).contains { $0 == name && $1 == String(code) }
    }
  }

  private func remarks(
    on report: TrivyReport, _ subject: ExternalScan.Subject, _ identity: ScanReport.ScannerIdentity
  ) -> [String] {
    var remarks: [String] = []
    if let image = report.metadata?.ImageID, !image.isEmpty, image != subject.configurationDigest.description {
      remarks.append("trivy calls the image \(image), but the archive's is \(subject.configurationDigest)")
    }
    if report.metadata?.OS?.EOSL == true, let system = report.system {
      remarks.append(
        "\(system.description) is no longer supported by its distributor: newer vulnerabilities may be missing")
    }
    if identity.data.isEmpty { remarks.append("trivy doesn't say how old its database is") }
    return remarks
  }
}

// MARK: Version

extension TrivyScanner {
  private struct Version: Decodable {
    struct Database: Decodable {
      let UpdatedAt: String?
    }

    let Version: String?
    let VulnerabilityDB: Database?
    let JavaDB: Database?
  }

  /// - Throws: `ScanError` when the program can't be started or doesn't tell its version.
  private func identity(_ scan: ExternalScan) async throws -> ScanReport.ScannerIdentity {
    let result = try await scan.run([configuration.program.string, "version", "--format", "json"] + cacheArguments)
    guard result.exit.isSuccess else {
      throw ScanError(
        .scannerFailed,
        "trivy doesn't tell its version (\(ExternalScan.ending(result.exit))): \(ExternalScan.lastWords(result))")
    }
    do {
      let version = try JSONDecoder().decode(Version.self, from: Data(result.standardOutput))
      let data = [
        version.JavaDB?.UpdatedAt.map { "Java database \($0)" },
        version.VulnerabilityDB?.UpdatedAt.map { "vulnerability database \($0)" },
      ]
      return .init(name: "trivy", version: version.Version ?? "unknown", data: data.compactMap(\.self))
    } catch {
      throw ScanError(.scannerFailed, "trivy tells its version in a form that can't be understood.", cause: error)
    }
  }
}
