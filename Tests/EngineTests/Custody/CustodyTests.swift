import Engine
import Model
import OCI
import TestSupport
import Testing

@Suite struct CustodyTests {
  private static func build(_ archive: Int?, at path: String = "image.tar", stage: Identifier = "s") -> BuildRecord {
    BuildRecord(
      step: StepPath(stage: stage).appending("build"), manifestDigest: Digest(sample: (archive ?? 0) + 1000),
      configurationDigest: Digest(sample: 1), layers: [],
      archive: archive.map { .init(path: path, digest: Digest(sample: $0), size: 1) }, references: [])
  }

  private static func scan(_ archive: Int, passed: Bool = true, stage: Identifier = "s") -> ScanRecord {
    ScanRecord(
      step: StepPath(stage: stage).appending("scan"),
      report: ScanReport(
        scanner: .init(name: "x", version: "1", data: []), archiveDigest: Digest(sample: archive),
        manifestDigest: Digest(sample: archive + 1000), configurationDigest: Digest(sample: 1), operatingSystem: nil,
        packages: [], findings: []), isPassed: passed)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var builds: [BuildRecord] = []
    var scans: [ScanRecord] = []
    let found: Int
    var path = "image.tar"
    let reason: CustodyBreach.Reason?
    var expected: Int?
    /// What the policies make of it: enforce, warn, none given.
    let verdicts: String
  }

  static let rows: [Row] = [
    Row(
      testDescription: "built and scanned", builds: [build(1)], scans: [scan(1)], found: 1, reason: nil,
      verdicts: "unbroken unbroken unbroken"),
    Row(
      testDescription: "built, and nothing is ever scanned", builds: [build(1)], found: 1, reason: .neverScanned,
      verdicts: "refused unbroken unbroken"),
    Row(
      testDescription: "built, and another image was scanned", builds: [build(1), build(2, at: "other.tar")],
      scans: [scan(2)], found: 1, reason: .neverScanned, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "changed after the scan", builds: [build(1)], scans: [scan(1)], found: 9,
      reason: .changedAfterScan, expected: 1, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "changed after the build, before any scan", builds: [build(1)], found: 9,
      reason: .changedAfterBuild, expected: 1, verdicts: "refused tolerated tolerated"),
    Row(
      testDescription: "changed after the build, and scanned as it is then", builds: [build(1)], scans: [scan(9)],
      found: 9, reason: .changedAfterBuild, expected: 1, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "the scan failed", builds: [build(1)], scans: [scan(1, passed: false)], found: 1,
      reason: .scanFailed, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "the first scan passed and the last one failed", builds: [build(1)],
      scans: [scan(1), scan(1, passed: false)], found: 1, reason: .scanFailed, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "the first scan failed and the last one passed", builds: [build(1)],
      scans: [scan(1, passed: false), scan(1)], found: 1, reason: nil, verdicts: "unbroken unbroken unbroken"),
    Row(
      testDescription: "made by a command, and scanned", scans: [scan(1)], found: 1, reason: .notBuiltHere,
      verdicts: "tolerated tolerated tolerated"),
    Row(
      testDescription: "made by a command, and its scan failed", scans: [scan(1, passed: false)], found: 1,
      reason: .scanFailed, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "made by a command, scanned, and changed", scans: [scan(1)], found: 9,
      reason: .changedAfterScan, expected: 1, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "made by a command, never scanned", found: 9, reason: .notBuiltHere,
      verdicts: "refused tolerated tolerated"),
    Row(
      testDescription: "made by a command, while several others were scanned", scans: [scan(1), scan(2)], found: 9,
      reason: .notBuiltHere, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "another stage has a file of the same name",
      builds: [build(1), build(2, stage: "other")], scans: [scan(1), scan(2, stage: "other")], found: 1, reason: nil,
      verdicts: "unbroken unbroken unbroken"),
    Row(
      testDescription: "changed, while another stage has a file of the same name",
      builds: [build(1), build(2, stage: "other")], scans: [scan(1), scan(2, stage: "other")], found: 9,
      reason: .changedAfterScan, expected: 1, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "built again, and the new archive was not scanned", builds: [build(1), build(2)],
      scans: [scan(1)], found: 2, reason: .neverScanned, verdicts: "refused tolerated refused"),
    Row(
      testDescription: "copied to another name", builds: [build(1)], scans: [scan(1)], found: 1, path: "copy.tar",
      reason: nil, verdicts: "unbroken unbroken unbroken"),
    Row(
      testDescription: "an older build was put back in place", builds: [build(1), build(2)],
      scans: [scan(1), scan(2)], found: 1, reason: nil, verdicts: "unbroken unbroken unbroken"),
    Row(
      testDescription: "builds without an archive say nothing", builds: [build(nil)], scans: [scan(1)], found: 1,
      reason: .notBuiltHere, verdicts: "tolerated tolerated tolerated"),
  ]

  @Test(arguments: rows)
  func `each break of the chain has its verdict`(_ row: Row) {
    let candidate = Custody.Candidate(
      archivePath: row.path, archiveDigest: Digest(sample: row.found), manifestDigest: nil, stage: "s")
    var words: [Substring] = []
    for policy in [CustodyPolicy.enforce, .warn, nil] {
      let verdict = Custody(builds: row.builds, scans: row.scans, policy: policy).judge(candidate)
      switch verdict {
      case .unbroken: words.append("unbroken")
      case .tolerated(let breach), .refused(let breach):
        if case .tolerated = verdict { words.append("tolerated") } else { words.append("refused") }
        #expect(breach.reason == row.reason)
        #expect(breach.expected == row.expected.map(Digest.init(sample:)))
        #expect(breach.found == Digest(sample: row.found))
        #expect(breach.path == row.path)
      }
    }
    #expect(words.joined(separator: " ") == row.verdicts)
    #expect(Custody(builds: row.builds, scans: row.scans, policy: .off).judge(candidate) == .unbroken)
  }

  @Test func `the policy is to enforce when something was scanned, and to warn otherwise`() {
    #expect(Custody(builds: [], scans: [], policy: nil).policy == .warn)
    #expect(Custody(builds: [], scans: [Self.scan(1)], policy: nil).policy == .enforce)
    #expect(Custody(builds: [], scans: [Self.scan(1)], policy: .off).policy == .off)
  }

  @Test func `every reason has a sentence`() {
    let digest = Digest(sample: 1)
    let sentences: [(CustodyBreach.Reason, String)] = [
      (.changedAfterBuild, "image.tar is not the archive that was built: it was changed since"),
      (.changedAfterScan, "image.tar is not the archive that was scanned: it was changed since"),
      (.notBuiltHere, "image.tar was not built by this run"), (.neverScanned, "image.tar was never scanned"),
      (.scanFailed, "the scan of image.tar did not pass"),
      (.readBackDiffers, "the registry serves another image than the one that was pushed from image.tar"),
      (.snapshotDiffers, "what is stored of image.tar is not what its snapshot was taken of"),
    ]
    for (reason, sentence) in sentences {
      #expect(CustodyBreach(reason, path: "image.tar", expected: nil, found: digest).message == sentence)
    }
  }

  @Test func `records of a run are added to those that it replays`() {
    let records = CustodyRecords(builds: [Self.build(1)], scans: [])
    records.add([.build(Self.build(2)), .scan(Self.scan(2)), .runFinished(.succeeded, message: nil)])
    let custody = records.custody(policy: nil)
    #expect(custody.builds == [Self.build(1), Self.build(2)])
    #expect(custody.scans == [Self.scan(2)])
    #expect(custody.policy == .enforce)
  }
}
