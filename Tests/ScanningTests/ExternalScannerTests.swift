import Engine
import FoundationEssentials
import Model
import OCI
import SystemPackage
import Testing

@testable import Scanning

/// Runs the scripts that stand for external scanners.
private struct ScriptRunner: CommandRunner {
  func run(
    _ arguments: [String], environment: [String: String], workingDirectory: FilePath
  ) async throws -> CommandResult {
    guard FileManager.default.isExecutableFile(atPath: arguments[0]) else {
      throw CommandError(.notFound, "there is no \(arguments[0])")
    }
    let result = try Program.run(arguments, environment: environment, workingDirectory: workingDirectory)
    return CommandResult(
      exit: .exited(code: result.exitCode), standardOutput: result.output, standardError: result.errors)
  }

  func locate(_ program: String, environment: [String: String]) -> FilePath? { nil }
}

struct ExternalScannerTests {
  private let fixture = ImageFixture()
  private var directory: FilePath { fixture.directory.path }

  private func writeProgram(_ script: String) throws -> FilePath {
    let path = directory.appending("program")
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path.string))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
    return path
  }

  /// Answers `version`, and for `image` notes the arguments and runs `body` with the report's path in $report.
  private func trivy(version: String = Self.versionAnswer, _ body: String) throws -> FilePath {
    try writeProgram(
      """
      if [ "$1" = version ]; then echo '\(version)'; exit 0; fi
      printf '%s\\n' "$@" > arguments
      while [ $# -gt 0 ]; do
        case "$1" in --output) report=$2;; --input) input=$2;; esac
        shift
      done
      \(body)
      """)
  }

  private static let versionAnswer =
    #"{"Version":"0.58.1","VulnerabilityDB":{"Version":2,"UpdatedAt":"2024-12-19T12:16:38Z"}}"#

  private func scanner(_ program: FilePath, additionalArguments: [String] = []) -> TrivyScanner {
    TrivyScanner(
      .init(
        program: program, cacheDirectory: "/cache", additionalArguments: additionalArguments,
        environment: ["PATH": "/usr/bin:/bin", "HOME": "/nowhere"], temporaryDirectory: directory),
      runner: ScriptRunner(), blobs: fixture.blobs, makeName: { "report" })
  }

  @Test func `Trivy is given the archive, and nothing to ask of a network`() async throws {
    defer { fixture.directory.remove() }
    let (image, _) = try fixture.write([[ImageFixture.python("Jinja2", "2.10")]])
    let program = try trivy(
      """
      [ "$HOME" = /nowhere ] || exit 9
      cat > "$report" <<'END'
      {"SchemaVersion":2,"Metadata":{"OS":{"Family":"debian","Name":"11.6","EOSL":true}},"Results":[
        {"Target":"image.tar (debian 11.6)","Class":"os-pkgs","Type":"debian",
         "Packages":[{"Name":"libc6","Version":"2.31","Release":"13",
                      "SrcName":"glibc","SrcVersion":"2.31","SrcRelease":"13"}],
         "Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"libc6",
                             "InstalledVersion":"2.31-13","Severity":"HIGH"}]}]}
      END
      """)
    let report = try await scanner(program, additionalArguments: ["--ignore-unfixed"]).scan(
      archive: fixture.archive, output: .discard)
    let arguments = try String(contentsOfFile: directory.appending("arguments").string, encoding: .utf8)
    #expect(
      arguments.split(separator: "\n").map(String.init) == [
        "image", "--input", fixture.archive.string, "--format", "json", "--output",
        directory.appending("report.json").string,
        "--scanners", "vuln", "--list-all-pkgs", "--skip-db-update", "--skip-java-db-update", "--offline-scan",
        "--skip-version-check", "--disable-telemetry", "--cache-dir", "/cache", "--ignore-unfixed",
      ])
    #expect(
      report.scanner == .init(name: "trivy", version: "0.58.1", data: ["vulnerability database 2024-12-19T12:16:38Z"]))
    #expect(report.archiveDigest == (try Digest.ofFile(at: fixture.archive)).digest)
    #expect(report.manifestDigest == image.digest)
    #expect(report.operatingSystem == "Debian 11")
    #expect(report.packages.map(\.version) == ["2.31-13"])
    #expect(report.findings.map(\.vulnerability) == ["CVE-1"])
    #expect(
      report.remarks == ["Debian 11 is no longer supported by its distributor: newer vulnerabilities may be missing"])
    #expect(!FileManager.default.fileExists(atPath: directory.appending("report.json").string))
  }

  @Test func `an archive that changes while it is scanned has no result`() async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let program = try trivy(#"chmod u+w "$input"; echo more >> "$input"; echo null > "$report""#)
    let error = await #expect(throws: ScanError.self) {
      try await scanner(program).scan(archive: fixture.archive, output: .discard)
    }
    #expect(error?.code == .changedWhileReading)
  }

  @Test func `an archive that is gone afterwards has no result`() async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let program = try trivy(#"rm -f "$input"; echo null > "$report""#)
    let error = await #expect(throws: ScanError.self) {
      try await scanner(program).scan(archive: fixture.archive, output: .discard)
    }
    #expect(error?.code == .changedWhileReading)
  }

  @Test(arguments: [
    ("echo 'FATAL it went wrong' >&2; exit 1", "it went wrong"), ("exit 0", "wrote no report"),
    (#"echo '{"SchemaVersion":7}' > "$report""#, "can't be understood"),
    (#"echo 'oops' > "$report""#, "can't be understood"),
    (#"echo null > "$report"; exit 3"#, "exit code 3"),
  ])
  func `a failure of Trivy's is no clean result`(body: String, words: String) async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let program = try trivy(body)
    let error = await #expect(throws: ScanError.self) {
      try await scanner(program).scan(archive: fixture.archive, output: .discard)
    }
    #expect(error?.code == .scannerFailed)
    #expect(error?.message.contains(words) == true)
  }

  @Test func `Trivy without a database is told apart`() async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let program = try trivy(
      version: #"{"Version":"0.58.1"}"#, "echo 'cannot be specified on the first run' >&2; exit 1")
    let error = await #expect(throws: ScanError.self) {
      try await scanner(program).scan(archive: fixture.archive, output: .discard)
    }
    #expect(error?.code == .dataUnusable)
  }

  @Test func `the exit code that was asked for means findings, not failure`() async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let program = try trivy(#"echo null > "$report"; exit 5"#)
    let report = try await scanner(program, additionalArguments: ["--exit-code", "5"]).scan(
      archive: fixture.archive, output: .discard)
    #expect(report.findings.isEmpty)
  }

  @Test func `a program that isn't there is named`() async throws {
    defer { fixture.directory.remove() }
    try fixture.write([[]])
    let error = await #expect(throws: ScanError.self) {
      try await scanner(directory.appending("missing")).scan(archive: fixture.archive, output: .discard)
    }
    #expect(error?.code == .scannerFailed)
    #expect(error?.message.contains("missing") == true)
  }

  @Test func `Grype is given the archive by its kind, and told not to ask a network`() async throws {
    defer { fixture.directory.remove() }
    let (image, _) = try fixture.write([[]])
    let configuration = try BlobStore(root: directory.appending("build")).manifest(of: image).config.digest
    let program = try writeProgram(
      """
      [ "$GRYPE_DB_AUTO_UPDATE" = false ] || exit 9
      printf '%s\\n' "$@" > arguments
      cat > "$5" <<'END'
      {"matches":[{"vulnerability":{"id":"GHSA-x","severity":"High","fix":{"versions":["2.10.1"],"state":"fixed"}},
         "relatedVulnerabilities":[{"id":"CVE-2019-10906"}],
         "artifact":{"name":"jinja2","version":"2.10","type":"python","locations":[{"path":"/a"}]}}],
       "source":{"type":"image","target":{"imageID":"\(configuration)"}},"distro":{"name":"debian","version":"11"},
       "descriptor":{"name":"grype","version":"0.85.0","db":{"built":"2024-12-19T00:00:00Z"}}}
      END
      """)
    let scanner = GrypeScanner(
      program: program, environment: ["PATH": "/usr/bin:/bin"], temporaryDirectory: directory, runner: ScriptRunner(),
      blobs: fixture.blobs, makeName: { "report" })
    let report = try await scanner.scan(archive: fixture.archive, output: .discard)
    let arguments = try String(contentsOfFile: directory.appending("arguments").string, encoding: .utf8)
    #expect(
      arguments.split(separator: "\n").map(String.init) == [
        "docker-archive:\(fixture.archive)", "-o", "json", "--file", directory.appending("report.json").string,
      ])
    #expect(report.findings.map(\.vulnerability) == ["CVE-2019-10906"])
    #expect(report.findings.first?.aliases == ["GHSA-x"])
    #expect(report.findings.first?.fixedVersion == "2.10.1")
    #expect(
      report.scanner == .init(name: "grype", version: "0.85.0", data: ["vulnerability database 2024-12-19T00:00:00Z"]))
    #expect(report.remarks == ["grype lists only the packages that it found something in"])
  }
}
