package import Model

/// The chain built digest = scanned digest = pushed digest of one run and those that it replays.
///
/// Harness's own tools check nothing here: an archive that was altered after its scan is pushed with "Successfully pushed".
package struct Custody: Sendable {
  /// The image that is to be pushed, as its archive's bytes are right now.
  package struct Candidate: Hashable, Sendable {
    package let archivePath: String
    package let archiveDigest: Digest
    /// Nil when the archive could not even be read as an image.
    package let manifestDigest: Digest?
    /// The stage in whose workspace it lies; nil means any.
    package let stage: Identifier?

    package init(archivePath: String, archiveDigest: Digest, manifestDigest: Digest?, stage: Identifier? = nil) {
      self.archivePath = archivePath
      self.archiveDigest = archiveDigest
      self.manifestDigest = manifestDigest
      self.stage = stage
    }
  }

  package enum Verdict: Hashable, Sendable {
    /// Built here, and scanned if the run scans at all.
    case unbroken
    /// Something is missing or different, and the policy lets it through.
    case tolerated(CustodyBreach)
    case refused(CustodyBreach)
  }

  /// Oldest first.
  package let builds: [BuildRecord]
  package let scans: [ScanRecord]
  package let policy: CustodyPolicy

  /// - Parameter policy: nil means `enforce` when there is a scan, and `warn` otherwise.
  package init(builds: [BuildRecord], scans: [ScanRecord], policy: CustodyPolicy?) {
    self.builds = builds
    self.scans = scans
    self.policy = policy ?? (scans.isEmpty ? .warn : .enforce)
  }

  package func judge(_ candidate: Candidate) -> Verdict {
    guard policy != .off, let breach = breach(of: candidate) else { return .unbroken }
    // An archive that a command of the pipeline made, and that was scanned as it is, goes on: what counts is that the pushed bytes are
    // the scanned ones.
    if breach.reason == .notBuiltHere, scan(of: candidate.archiveDigest) != nil { return .tolerated(breach) }
    return policy == .enforce ? .refused(breach) : .tolerated(breach)
  }

  private func breach(of candidate: Candidate) -> CustodyBreach? {
    func breach(_ reason: CustodyBreach.Reason, expected: Digest? = nil) -> CustodyBreach {
      CustodyBreach(reason, path: candidate.archivePath, expected: expected, found: candidate.archiveDigest)
    }
    let scan = scan(of: candidate.archiveDigest)
    let isBuilt = builds.contains { $0.archive?.digest == candidate.archiveDigest }
    if !isBuilt {
      // Another stage has files of the same name.
      let archive = builds.last { $0.archive?.path == candidate.archivePath && isNear($0.step, candidate) }?.archive
      if scan == nil, let expected = scannedInPlace(of: archive, candidate) {
        return breach(.changedAfterScan, expected: expected)
      }
      if let archive { return breach(.changedAfterBuild, expected: archive.digest) }
    }
    if let scan, !scan.isPassed { return breach(.scanFailed) }
    if !isBuilt { return breach(.notBuiltHere) }
    if scan == nil, !scans.isEmpty || policy == .enforce { return breach(.neverScanned) }
    return nil
  }

  private func scan(of archive: Digest) -> ScanRecord? { scans.last { $0.report.archiveDigest == archive } }

  /// What was scanned where the candidate is now: the archive that was built there or, where none was, the only one that its stage scanned.
  private func scannedInPlace(of archive: BuildRecord.Archive?, _ candidate: Candidate) -> Digest? {
    if let archive { return scan(of: archive.digest)?.report.archiveDigest }
    let near = Set(scans.filter { isNear($0.step, candidate) }.map(\.report.archiveDigest))
    return near.count == 1 ? near.first : nil
  }

  private func isNear(_ step: StepPath, _ candidate: Candidate) -> Bool {
    candidate.stage == nil || candidate.stage == step.stage
  }
}

/// Where the chain is broken.
package struct CustodyBreach: Error, Hashable {
  package enum Reason: String, Hashable, Sendable {
    case changedAfterBuild
    case changedAfterScan
    case notBuiltHere
    case neverScanned
    case scanFailed
    /// The registry serves another manifest than the one that was pushed.
    case readBackDiffers
    /// The files that a stage starts from are not those that its snapshot was taken of.
    case snapshotDiffers
  }

  package let reason: Reason
  /// The archive, relative to the workspace; for a snapshot the stage's workspace.
  package let path: String
  /// What the chain says; nil when it says nothing.
  package let expected: Digest?
  package let found: Digest

  package init(_ reason: Reason, path: String, expected: Digest?, found: Digest) {
    self.reason = reason
    self.path = path
    self.expected = expected
    self.found = found
  }

  package var message: String {
    switch reason {
    case .changedAfterBuild: "\(path) is not the archive that was built: it was changed since"
    case .changedAfterScan: "\(path) is not the archive that was scanned: it was changed since"
    case .notBuiltHere: "\(path) was not built by this run"
    case .neverScanned: "\(path) was never scanned"
    case .scanFailed: "the scan of \(path) did not pass"
    case .readBackDiffers: "the registry serves another image than the one that was pushed from \(path)"
    case .snapshotDiffers: "what is stored of \(path) is not what its snapshot was taken of"
    }
  }
}
