import Model
import Testing

@testable import Scanning

struct CatalogerTests {
  private func names(_ catalogue: Catalogue) -> [String] { catalogue.entries.map { "\($0.name) \($0.version)" } }

  @Test func `dpkg lists what is installed, with its source`() {
    let status = """
      Package: libc6
      Status: install ok installed
      Architecture: amd64
      Source: glibc (2.31-13)
      Version: 2.31-13+deb11u3
      Description: GNU C Library
       Version: not this one

      Package: removed
      Status: deinstall ok config-files
      Version: 1.0

      Package: half
      Status: install ok half-installed
      Version: 1.0

      Package: base-files
      Status: install ok installed
      Version: 11.1

      Package: strange
      Status: install ok installed

      Package: libgcc-s1
      Status: hold ok installed
      Source: gcc-10
      Version: 10.2.1-6
      """
    let catalogue = DpkgCataloger().catalogue(Array(status.utf8), at: "var/lib/dpkg/status")
    #expect(
      catalogue.entries == [
        .init(
          kind: .debian, name: "libc6", version: "2.31-13+deb11u3", sourceName: "glibc", sourceVersion: "2.31-13"),
        .init(kind: .debian, name: "base-files", version: "11.1", sourceName: "base-files", sourceVersion: "11.1"),
        .init(kind: .debian, name: "libgcc-s1", version: "10.2.1-6", sourceName: "gcc-10", sourceVersion: "10.2.1-6"),
      ])
    #expect(catalogue.remarks == ["/var/lib/dpkg/status: the installed package strange has no version"])
  }

  @Test func `a distroless image has a file for each package`() {
    let cataloger = DpkgCataloger()
    #expect(cataloger.wants("var/lib/dpkg/status.d/tzdata"))
    #expect(!cataloger.wants("var/lib/dpkg/status.d/tzdata.md5sums"))
    #expect(!cataloger.wants("var/lib/dpkg/status-old"))
    let file = "Package: tzdata\nVersion: 2021a-1\nArchitecture: all\n"
    #expect(names(cataloger.catalogue(Array(file.utf8), at: "var/lib/dpkg/status.d/tzdata")) == ["tzdata 2021a-1"])
  }

  @Test func `apk lists packages with their origin`() {
    let database = """
      C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
      P:libcrypto1.1
      V:1.1.1c-r0
      A:x86_64
      o:openssl
      F:lib
      R:libcrypto.so.1.1

      P:musl
      V:1.1.22-r3

      """
    let catalogue = ApkCataloger().catalogue(Array(database.utf8), at: "lib/apk/db/installed")
    #expect(
      catalogue.entries == [
        .init(
          kind: .alpine, name: "libcrypto1.1", version: "1.1.1c-r0", sourceName: "openssl", sourceVersion: "1.1.1c-r0"),
        .init(kind: .alpine, name: "musl", version: "1.1.22-r3", sourceName: "musl", sourceVersion: "1.1.22-r3"),
      ])
  }

  @Test(arguments: [
    ("usr/lib/python3/site-packages/Jinja2-2.10.dist-info/METADATA", true),
    ("usr/lib/python3/site-packages/Jinja2.egg-info/PKG-INFO", true),
    ("usr/lib/python3/site-packages/six-1.16.egg-info", true), ("usr/lib/python3/site-packages/METADATA", false),
    ("app/PKG-INFO", false), ("METADATA", false),
  ])
  func `Python's metadata is known by its place`(path: String, isWanted: Bool) {
    #expect(PythonCataloger().wants(path) == isWanted)
  }

  @Test func `Python's metadata is only the first paragraph`() {
    let metadata = "Metadata-Version: 2.1\r\nName: Jinja2\r\nVersion: 2.10\r\n\r\nName: other\r\nVersion: 9\r\n"
    let cataloger = PythonCataloger()
    #expect(names(cataloger.catalogue(Array(metadata.utf8), at: "a.dist-info/METADATA")) == ["Jinja2 2.10"])
    let nothing = cataloger.catalogue(Array("Metadata-Version: 2.1\n".utf8), at: "a.dist-info/METADATA")
    #expect(nothing.remarks == ["/a.dist-info/METADATA: no name and version of a Python package are in it"])
  }

  @Test(arguments: [
    ("app/node_modules/lodash/package.json", true), ("node_modules/@babel/core/package.json", true),
    ("app/node_modules/a/node_modules/b/package.json", true), ("app/node_modules/a/lib/package.json", false),
    ("app/package.json", false), ("app/node_modules/package.json", false),
  ])
  func `npm's manifests are known by their place`(path: String, isWanted: Bool) {
    #expect(NpmCataloger().wants(path) == isWanted)
  }

  @Test func `an npm manifest has a name and a version, or is none of a package`() {
    let cataloger = NpmCataloger()
    let manifest = #"{"name":"lodash","version":"4.17.15","author":{"name":"x"}}"#
    #expect(names(cataloger.catalogue(Array(manifest.utf8), at: "p")) == ["lodash 4.17.15"])
    #expect(cataloger.catalogue(Array(#"{"type":"module"}"#.utf8), at: "p") == Catalogue())
    #expect(cataloger.catalogue(Array("{".utf8), at: "p").remarks.count == 1)
  }

  @Test func `package locks of every version are read`() {
    let cataloger = NpmLockCataloger()
    let version1 = """
      {"lockfileVersion":1,"dependencies":{
        "a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},
        "dev":{"version":"3.0.0","dev":true}, "git":{"version":"git+ssh://x/y#abc"}}}
      """
    #expect(names(cataloger.catalogue(Array(version1.utf8), at: "package-lock.json")) == ["a 1.0.0", "b 2.0.0"])
    let version3 = """
      {"lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"},
        "node_modules/@s/a":{"version":"1.0.0"}, "node_modules/@s/a/node_modules/b":{"version":"2.0.0"},
        "node_modules/alias":{"name":"real","version":"3.0.0"}, "node_modules/dev":{"version":"1.0.0","dev":true},
        "packages/own":{"version":"1.0.0"}, "node_modules/own":{"resolved":"packages/own","link":true}}}
      """
    #expect(
      names(cataloger.catalogue(Array(version3.utf8), at: "package-lock.json")) == [
        "@s/a 1.0.0", "b 2.0.0", "real 3.0.0",
      ])
    #expect(cataloger.wants("app/package-lock.json"))
    #expect(cataloger.wants("app/node_modules/.package-lock.json"))
    #expect(!cataloger.wants("app/node_modules/a/package-lock.json"))
    #expect(cataloger.catalogue(Array("[]".utf8), at: "package-lock.json").remarks.count == 1)
  }

  @Test(
    arguments: [
      ("ID=debian\nVERSION_ID=\"11\"\nNAME=\"Debian GNU/Linux\"\n", "etc/os-release", "Debian 11", "11"),
      ("ID=alpine\nVERSION_ID=3.10.2\n", "etc/os-release", "Alpine v3.10", "v3.10"),
      ("ID=alpine\nVERSION_ID=3.20_alpha20240329\n", "etc/os-release", "Alpine edge", "edge"),
      ("3.9.4\n", "etc/alpine-release", "Alpine v3.9", "v3.9"), ("10.13\n", "etc/debian_version", "Debian 10", "10"),
      ("ID=debian\nVERSION_CODENAME=bookworm\n", "etc/os-release", "Debian 12", "12"),
      ("trixie/sid\n", "etc/debian_version", "Debian trixie/sid", nil),
      ("NAME='Ubuntu'\nID=ubuntu\nVERSION_ID='22.04'\n", "etc/os-release", "Ubuntu 22.04", "22.04"),
      ("CentOS Linux release 7.6.1810 (Core)\n", "etc/redhat-release", "CentOS Linux release 7.6.1810 (Core)", nil),
    ] as [(String, String, String, String?)])
  func `the distribution and its release are named`(contents: String, place: String, name: String, release: String?) {
    let system = OperatingSystem(contents: Array(contents.utf8), at: place)
    #expect(system?.description == name)
    #expect(system?.release == release)
  }

  @Test func `a file that names no distribution is passed over`() {
    #expect(OperatingSystem(contents: Array("# nothing\n".utf8), at: "etc/os-release") == nil)
    #expect(OperatingSystem(contents: [], at: "etc/redhat-release") == nil)
  }
}
