import Engine
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@testable import Scanning

struct AdvisoryPackTests {
  private static let source = AdvisorySource(ecosystem: "PyPI", publisher: "us", licence: "CC0-1.0", asOf: "2024-01")

  private static func pack(_ records: [String], of source: AdvisorySource = source) throws -> AdvisoryPack {
    var writer = AdvisoryPackWriter()
    try writer.add(source, records: records.map { Array($0.utf8) })
    return try AdvisoryPack(bytes: writer.bytes())
  }

  @Test func `what is written is read back by normalised name`() throws {
    let record = """
      {"id":"PYSEC-1","aliases":["CVE-2020-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],
       "database_specific":{"severity":"High"},
       "affected":[{"package":{"ecosystem":"PyPI","name":"Zope.Interface"},"versions":["9.0","1.5"],
         "ranges":[{"type":"GIT","events":[{"introduced":"abc"}]},
                   {"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]}]}
      """
    let pack = try Self.pack([record])
    #expect(pack.sources == [Self.source])
    #expect(pack.section("PyPI")?.records == 1)
    var reader = AdvisoryReader(pack)
    let found = try reader.advisories(of: "zope-interface", in: "PyPI")
    #expect(
      found == [
        Advisory(
          id: "PYSEC-1", aliases: ["CVE-2020-1"], upstream: [], severities: ["CVSS:3.1/AV:N"], word: "High",
          releases: [], ranges: [[.init(kind: .introduced, version: "0"), .init(kind: .fixed, version: "2.0")]],
          // 1.5 is in the range anyway.
          versions: ["9.0"])
      ])
    #expect(try reader.advisories(of: "zope", in: "PyPI").isEmpty)
    #expect(try reader.advisories(of: "zope-interface", in: "npm").isEmpty)
  }

  @Test func `withdrawn records and those about no version are left out`() throws {
    let withdrawn = """
      {"id":"PYSEC-1","withdrawn":"2020-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"a"},
       "versions":["1"]}]}
      """
    let empty = #"{"id":"PYSEC-2","affected":[{"package":{"ecosystem":"PyPI","name":"a"}}]}"#
    let commits = """
      {"id":"PYSEC-3","affected":[{"package":{"ecosystem":"PyPI","name":"a"},
       "ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]}]}
      """
    var reader = AdvisoryReader(try Self.pack([withdrawn, empty, commits]))
    #expect(try reader.advisories(of: "a", in: "PyPI").isEmpty)
  }

  @Test func `releases of which the same is said are put together`() throws {
    func affected(_ release: String, _ fixed: String) -> String {
      #"{"package":{"ecosystem":"Alpine:\#(release)","name":"vte"},"ranges":[{"type":"ECOSYSTEM","events":"#
        + #"[{"introduced":"0"},{"fixed":"\#(fixed)"}]}]}"#
    }
    let record =
      #"{"id":"ALPINE-1","affected":["# + affected("v3.9", "1-r1") + "," + affected("v3.10", "1-r2") + ","
      + affected("v3.8", "1-r1") + "]}"
    let source = AdvisorySource(ecosystem: "Alpine", publisher: "us", licence: "CC0-1.0", asOf: "2024-01")
    let pack = try Self.pack([record], of: source)
    #expect(pack.section("Alpine")?.releases == ["v3.10", "v3.8", "v3.9"])
    var reader = AdvisoryReader(pack)
    #expect(try reader.advisories(of: "vte", in: "Alpine").map(\.releases) == [["v3.10"], ["v3.8", "v3.9"]])
  }

  @Test func `every package is found in a pack of many blocks`() throws {
    let names = (0..<3000).map { "package-\($0 * 7919 % 3000)" }
    let records = names.map { name in
      #"{"id":"X-\#(name)","aliases":["CVE-1-\#(name)-with-a-long-name-that-fills-the-block-up-a-little-faster"],"#
        + #""affected":[{"package":{"ecosystem":"PyPI","name":"\#(name)"},"versions":["1"]}]}"#
    }
    let pack = try Self.pack(records)
    #expect(try #require(pack.section("PyPI")).blocks.count > 3)
    var reader = AdvisoryReader(pack)
    for name in names {
      #expect(try reader.advisories(of: name, in: "PyPI").map(\.id) == ["X-\(name)"])
    }
    #expect(try reader.advisories(of: "a", in: "PyPI").isEmpty)
    #expect(try reader.advisories(of: "z", in: "PyPI").isEmpty)
  }

  @Test func `the same records give the same bytes in whatever order they come`() throws {
    let records = ["b", "a", "c"].map {
      #"{"id":"X-\#($0)","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"versions":["\#($0)"]}]}"#
    }
    #expect(try Self.pack(records).digest == Self.pack(records.reversed()).digest)
  }

  @Test func `a damaged pack is refused`() throws {
    var writer = AdvisoryPackWriter()
    try writer.add(
      Self.source,
      records: [Array(#"{"id":"X","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1"]}]}"#.utf8)])
    let bytes = writer.bytes()
    for position in [0, 7, 20, 50, bytes.count - 1] {
      var damaged = bytes
      damaged[position] ^= 1
      let error = #expect(throws: ScanError.self) { try AdvisoryPack(bytes: damaged) }
      #expect(error?.code == .dataUnusable)
    }
    #expect(throws: ScanError.self) { try AdvisoryPack(bytes: Array(bytes.dropLast())) }
    #expect(throws: ScanError.self) { try AdvisoryPack(bytes: []) }
  }

  @Test func `the embedded advisories name their sources`() throws {
    let pack = try AdvisoryPack.embedded()
    #expect(pack.sources == AdvisorySource.embedded.sorted { $0.ecosystem < $1.ecosystem })
    #expect(pack.section("Debian")?.releases == ["10", "11", "8", "9"])
    #expect(pack.section("PyPI")?.records == 2661)
    var reader = AdvisoryReader(pack)
    #expect(try reader.advisories(of: "jinja2", in: "PyPI").contains { $0.aliases.contains("CVE-2019-10906") })
    #expect(try reader.severities(of: "CVE-1999-0006") == ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"])
  }

  /// Packs `../shared/advisories` anew and compares. With `SLIPWAY_REPACK_ADVISORIES=1` in the environment the pack
  /// that is shipped is written instead: `Sources/CAdvisories/advisories.pack`; the next build takes it in.
  @Test(
    .enabled(
      if: SharedData.isPresent && Peer.isUsable("xz") && Peer.isUsable("gzip"),
      "the advisories are in ../shared/advisories; xz and gzip unpack them"))
  func `the embedded advisories are the shared ones`() throws {
    let directory = try #require(SharedData.directory).appending("advisories")
    var writer = AdvisoryPackWriter()
    for source in AdvisorySource.embedded {
      let isTable = source.ecosystem == AdvisorySource.severitiesByCVE
      let file = directory.appending(isTable ? "cve-cvss.tsv.gz" : "\(source.ecosystem).jsonl.xz")
      let program = try #require(Peer.path(of: isTable ? "gzip" : "xz"))
      let unpacked = try Program.run([program.string, "-dc", file.string])
      try #require(unpacked.exitCode == 0)
      let lines = unpacked.output.split(separator: UInt8(ascii: "\n")).lazy.map(Array.init)
      if isTable { try writer.add(source, severityLines: lines) } else { try writer.add(source, records: lines) }
    }
    let bytes = writer.bytes()
    if ProcessInfo.processInfo.environment["SLIPWAY_REPACK_ADVISORIES"] == "1" {
      let path = Repository.root.appending("Sources/CAdvisories/advisories.pack")
      try Data(bytes).write(to: URL(filePath: path.string), options: .atomic)
      return
    }
    let fresh = try AdvisoryPack(bytes: bytes)
    let embedded = try AdvisoryPack.embedded()
    // Blocks are compared as they unpack, since another version of zstd may pack them otherwise.
    for (left, right) in zip(fresh.sections, embedded.sections) {
      #expect(left.source == right.source)
      #expect(left.records == right.records)
      #expect(left.releases == right.releases)
      #expect(left.blocks.map(\.firstName) == right.blocks.map(\.firstName))
      for (ours, theirs) in zip(left.blocks, right.blocks) {
        #expect(
          try fresh.unpack(ours) == embedded.unpack(theirs), "block \(ours.firstName) of \(left.source.ecosystem)")
      }
    }
    #expect(fresh.sections.count == embedded.sections.count)
  }
}
