import Engine
import FoundationEssentials
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@testable import Scanning

struct EmbeddedScannerTests {
  private func scan(_ fixture: ImageFixture, archive: FilePath? = nil) async throws -> ScanReport {
    let scanner = EmbeddedScanner(blobs: fixture.blobs, advisories: try AdvisoryPack.embedded(), version: "1.0")
    return try await scanner.scan(archive: archive ?? fixture.archive, output: .discard)
  }

  private func catalogue(_ layers: [[ImageFixture.Item]]) throws -> (found: ImageCatalogue, diffIDs: [Digest]) {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    let (_, diffIDs) = try fixture.write(layers)
    let contents = try ImageArchive.read(from: fixture.archive, into: fixture.blobs)
    return (try ImageCatalogue(of: contents.image, in: fixture.blobs), diffIDs)
  }

  private func names(_ catalogue: ImageCatalogue) -> [String] { catalogue.packages.map { "\($0.name) \($0.version)" } }

  @Test func `a vulnerable Python package is found, with the layer that brought it in`() async throws {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    let (image, diffIDs) = try fixture.write([
      [
        ImageFixture.debian11, .link("etc/os-release", to: "../usr/lib/os-release"),
        ImageFixture.dpkg(("base-files", "11.1")),
      ],
      [ImageFixture.python("Jinja2", "2.10")],
    ])
    let report = try await scan(fixture)
    #expect(report.archiveDigest == (try Digest.ofFile(at: fixture.archive)).digest)
    #expect(report.manifestDigest == image.digest)
    #expect(report.configurationDigest == (try fixture.blobs.manifest(of: image)).config.digest)
    #expect(report.operatingSystem == "Debian 11")
    #expect(report.scanner.name == "slipway")
    #expect(report.scanner.data.contains("PyPI 2024-10"))
    #expect(report.packages.map(\.name) == ["base-files", "Jinja2"])
    let finding = try #require(report.findings.first { $0.vulnerability == "CVE-2019-10906" })
    #expect(finding.package.name == "Jinja2")
    #expect(finding.package.layer == diffIDs[1])
    #expect(finding.package.locations == ["/usr/lib/python3/site-packages/Jinja2-2.10.dist-info/METADATA"])
    #expect(finding.fixedVersion == "2.10.1")
    #expect(finding.source == "PyPI")
    #expect(finding.aliases.contains("PYSEC-2019-217"))
    #expect(report.remarks.isEmpty)
  }

  @Test func `Debian packages are matched by their source and by the release`() async throws {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    let status = "Package: libssl1.1\nStatus: install ok installed\nSource: openssl\nVersion: 1.1.1k-1+deb11u1\n"
    try fixture.write([[ImageFixture.debian11, .file("var/lib/dpkg/status", status)]])
    let report = try await scan(fixture)
    #expect(report.findings.contains { $0.vulnerability == "CVE-2022-0778" && $0.fixedVersion == "1.1.1k-1+deb11u2" })
    #expect(report.findings.allSatisfy { $0.package.name == "libssl1.1" && $0.source == "Debian" })
  }

  @Test func `a release without advisories gets a remark`() async throws {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    try fixture.write([
      [.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"), ImageFixture.dpkg(("a", "1"), ("b", "1"))]
    ])
    let report = try await scan(fixture)
    #expect(report.findings.isEmpty)
    #expect(report.remarks == ["no advisories for Debian 12: its 2 packages were catalogued but not matched"])
  }

  @Test(.enabled(if: SharedData.isPresent && Peer.isUsable("gzip"), "the image is in ../shared/images"))
  func `a real image of Alpine has its fourteen packages`() async throws {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    let packed = try #require(SharedData.directory).appending("images/alpine-310.tar.gz")
    let gzip = try #require(Peer.path(of: "gzip"))
    let unpacked = try Program.run([gzip.string, "-dc", packed.string])
    try Data(unpacked.output).write(to: URL(filePath: fixture.archive.string))
    let report = try await scan(fixture)
    #expect(report.operatingSystem == "Alpine v3.10")
    #expect(report.packages.count == 14)
    #expect(report.packages.contains { $0.name == "libcrypto1.1" && $0.sourceName == "openssl" && $0.layer != nil })
    #expect(report.configurationDigest.hex == "af341ccd2df8b0e2d67cf8dd32e087bfda4e5756ebd1c76bbf3efa0dc246590e")
    // The advisories are those of June 2020; all of them are fixed in it.
    #expect(report.findings.isEmpty)
    #expect(report.remarks.isEmpty)
  }

  @Test func `what is no image archive is refused`() async throws {
    let fixture = ImageFixture()
    defer { fixture.directory.remove() }
    let missing = await #expect(throws: ScanError.self) { try await scan(fixture) }
    #expect(missing?.code == .unreadableArchive)
    try Data("no archive".utf8).write(to: URL(filePath: fixture.archive.string))
    let other = await #expect(throws: ScanError.self) { try await scan(fixture) }
    #expect(other?.code == .unreadableArchive)
  }

  // MARK: Layers

  @Test func `what an upper layer removes is not there`() throws {
    let jinja = ImageFixture.python("Jinja2", "2.10")
    let directory = "usr/lib/python3/site-packages/Jinja2-2.10.dist-info"
    #expect(names(try catalogue([[jinja], [.file("\(directory)/.wh.METADATA", "")]]).found).isEmpty)
    #expect(names(try catalogue([[jinja], [.file("usr/lib/python3/.wh.site-packages", "")]]).found).isEmpty)
    #expect(names(try catalogue([[jinja], [.file("usr/lib/.wh..wh..opq", "")]]).found).isEmpty)
    #expect(names(try catalogue([[jinja], [.file("usr/lib/python3/site-packages", "now a file")]]).found).isEmpty)
    // A whiteout is about the layers below, not about its own, wherever in the layer it stands.
    let upgraded = [ImageFixture.python("Jinja2", "3.1"), .file("usr/lib/.wh..wh..opq", "")]
    #expect(names(try catalogue([[jinja], upgraded]).found) == ["Jinja2 3.1"])
  }

  @Test func `a package belongs to the layer from which on the database has it`() throws {
    let (found, diffIDs) = try catalogue([
      [ImageFixture.dpkg(("a", "1"), ("b", "1"))],
      [ImageFixture.dpkg(("a", "1"), ("b", "2"), ("c", "1"))],
      [ImageFixture.dpkg(("a", "1"), ("b", "2"), ("c", "1"), ("d", "1"))],
    ])
    #expect(names(found) == ["a 1", "b 2", "c 1", "d 1"])
    #expect(found.packages.map(\.layer) == [diffIDs[0], diffIDs[1], diffIDs[1], diffIDs[2]])
  }

  @Test func `symbolic links are followed to files and through directories`() throws {
    let moved = try catalogue([
      [.file("opt/release", "ID=alpine\nVERSION_ID=3.10.1\n"), .link("etc/os-release", to: "/opt/release")],
      [.link("lib", to: "usr/lib"), .file("lib/apk/db/installed", "P:musl\nV:1.1.22-r3\n\n")],
    ]).found
    #expect(moved.system?.description == "Alpine v3.10")
    #expect(names(moved) == ["musl 1.1.22-r3"])
    #expect(moved.packages.first?.locations == ["/usr/lib/apk/db/installed"])
    let circle = try catalogue([
      [.link("etc/os-release", to: "os-release"), .link("usr/lib/os-release", to: "../../etc/os-release")]
    ]).found
    #expect(circle.system == nil)
  }

  @Test func `a directory takes the place of a link`() throws {
    let found = try catalogue([
      [.link("lib", to: "usr/lib"), .file("usr/lib/apk/db/installed", "P:old\nV:1-r0\n\n")],
      [.directory("lib"), .file("lib/apk/db/installed", "P:new\nV:1-r0\n\n")],
    ]).found
    #expect(names(found) == ["new 1-r0", "old 1-r0"])
  }

  @Test func `hard links hold what they are linked to, whatever that is called and in whatever layer it is`() throws {
    let text = "Name: a\nVersion: 1\n"
    let same = try catalogue([[.file("x/data", text), .hardLink("x/a.dist-info/METADATA", to: "x/data")]]).found
    #expect(names(same) == ["a 1"])
    let below = try catalogue([
      [.file("x/a.dist-info/METADATA", text)], [.hardLink("y/a.dist-info/METADATA", to: "x/a.dist-info/METADATA")],
    ]).found
    #expect(names(below) == ["a 1"])
    #expect(below.packages.first?.locations == ["/x/a.dist-info/METADATA", "/y/a.dist-info/METADATA"])
    let database = try catalogue([
      [
        .file("backup", "Package: p\nStatus: install ok installed\nVersion: 1\n"),
        .hardLink("var/lib/dpkg/status", to: "backup"),
      ]
    ]).found
    #expect(names(database) == ["p 1"])
  }

  @Test func `the same package at two places is one with two locations`() throws {
    let found = try catalogue([
      [.file("a/node_modules/x/package.json", #"{"name":"x","version":"1.0.0"}"#)],
      [.file("b/node_modules/x/package.json", #"{"name":"x","version":"1.0.0"}"#)],
    ])
    #expect(names(found.found) == ["x 1.0.0"])
    let locations = ["/a/node_modules/x/package.json", "/b/node_modules/x/package.json"]
    #expect(found.found.packages.first?.locations == locations)
    #expect(found.found.packages.first?.layer == found.diffIDs[0])
  }
}
