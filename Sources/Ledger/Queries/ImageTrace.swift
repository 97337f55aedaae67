package import Model

/// Everything that the ledger knows about one image.
package struct ImageTrace: Hashable, Sendable {
  /// A build of the image: the run carries pipeline, commit and actor; the record step, archive, layers and Dockerfile.
  package struct Build: Hashable, Sendable {
    package let run: Run
    package let at: Timestamp
    package let record: BuildRecord
  }

  /// A scan of the image, without its packages and findings, which the run's history holds.
  package struct Scan: Hashable, Sendable {
    package let run: Run
    package let at: Timestamp
    package let step: StepPath
    package let scanner: ScanReport.ScannerIdentity
    package let archiveDigest: Digest
    package let manifestDigest: Digest
    package let counts: SeverityCounts
    package let isPassed: Bool
  }

  package struct Push: Hashable, Sendable {
    package let run: Run
    package let record: PushRecord
  }

  package let manifestDigest: Digest
  /// Each oldest first.
  package let builds: [Build]
  package let scans: [Scan]
  package let pushes: [Push]
  /// Runs that replay one of those above.
  package let replays: [Run]
  /// Events that name the image's manifest or one of its archives.
  package let events: [AuditEvent]
  package let verdict: CustodyVerdict
}
