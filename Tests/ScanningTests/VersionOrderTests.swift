import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@testable import Scanning

struct VersionOrderTests {
  @Test(arguments: [
    ("1.0~rc1-1", "1.0-1", VersionOrder.before), ("1:0.1", "2.0", .after), ("1.0-1", "1.0-1+deb11u1", .before),
    ("2.31-13+deb11u5", "2.31-13+deb11u10", .before), ("0:1.0", "1.0", .same), ("1.0-a", "1.0-+", .before),
    ("1.2a", "1.2", .after), ("1.0-0", "1.0", .same),
  ])
  func `Debian versions are ordered as dpkg orders them`(left: String, right: String, order: VersionOrder) {
    #expect(VersionScheme.debian.order(left, right) == order)
  }

  @Test(arguments: [
    ("1.2.3-r0", "1.2.3-r1", VersionOrder.before), ("1.2_rc1-r0", "1.2-r0", .before), ("1.2_p1-r0", "1.2-r0", .after),
    ("1.05", "1.5", .before), ("1.1.1d-r2", "1.1.1c-r9", .after), ("3.10.2-r0", "3.9-r0", .after),
  ])
  func `Alpine versions are ordered as apk orders them`(left: String, right: String, order: VersionOrder) {
    #expect(VersionScheme.alpine.order(left, right) == order)
  }

  @Test(arguments: [
    ("1.0", "1.0.0", VersionOrder.same), ("1.0.dev1", "1.0a1", .before), ("1.0a1", "1.0b1", .before),
    ("1.0rc1", "1.0", .before), ("1.0.post1", "1.0", .after), ("1!0.1", "9.9", .after), ("1.0+local", "1.0", .after),
    ("1.0-alpha.2", "1.0a2", .same), ("v1.0-1", "1.0.post1", .same), ("2.10", "2.9", .after),
    ("nonsense", "0.1", .before),
    ("1.0c1", "1.0rc1", .same), ("1.0preview3", "1.0rc3", .same),
  ])
  func `Python versions are ordered after PEP 440`(left: String, right: String, order: VersionOrder) {
    #expect(VersionScheme.python.order(left, right) == order)
  }

  @Test(arguments: [
    ("1.0.0-alpha", "1.0.0", VersionOrder.before), ("1.0.0-alpha.1", "1.0.0-alpha.beta", .before),
    ("v1.2", "1.2.0", .same),
    ("1.2.3+a", "1.2.3+b", .same), ("4.17.15", "4.17.9", .after), ("1.0.0-2", "1.0.0-10", .before),
  ])
  func `semantic versions are ordered after semver 2`(left: String, right: String, order: VersionOrder) {
    #expect(VersionScheme.semantic.order(left, right) == order)
  }

  @Test func `what is no version is compared with nothing`() {
    #expect(VersionScheme.semantic.order("latest", "1.0.0") == nil)
    #expect(VersionScheme.debian.order("", "1.0") == nil)
    #expect(VersionScheme.debian.order("a:1.0", "1.0") == nil)
  }

  /// Pairs of the shared vectors that are knowingly ordered otherwise: each has a side that is no valid version of
  /// Alpine's, which no package can have. The vectors have them as apk-tools 3 orders them, which compares what is
  /// invalid as text.
  static let exceptions: [String: Set<String>] = [
    "alpine-versions.txt": [
      "1-r-0 < 1-r0", "1-r-1 < 1-r0", "0.r1 < 0r2", "0.8.21.r2 < 0.8.21r2", "1.2.0A < 1.2.0d", "1.2.0D < 1.2.0d",
      "1 > 1-ruff", "1-ruff2 = 1--ruff1",
    ]
  ]

  @Test(
    .enabled(if: SharedData.isPresent, "the version vectors are in ../shared/versions"),
    arguments: [
      ("debian-versions.txt", VersionScheme.debian), ("debian-versions-generated.txt", .debian),
      ("alpine-versions.txt", .alpine), ("alpine-versions-generated.txt", .alpine), ("pypi-versions.txt", .python),
      ("pypi-versions-generated.txt", .python), ("semver-versions.txt", .semantic),
    ])
  func `the shared vectors are met`(file: String, scheme: VersionScheme) throws {
    let directory = try #require(SharedData.directory)
    let contents = try String(contentsOfFile: directory.appending("versions").appending(file).string, encoding: .utf8)
    var count = 0
    var differences: Set<String> = []
    for line in contents.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix("//") {
      let parts = line.split(separator: " ").map(String.init)
      guard parts.count == 3 else { continue }
      let expected: VersionOrder = parts[1] == "<" ? .before : parts[1] == ">" ? .after : .same
      let reversed: VersionOrder = parts[1] == "<" ? .after : parts[1] == ">" ? .before : .same
      if scheme.order(parts[0], parts[2]) != expected || scheme.order(parts[2], parts[0]) != reversed {
        differences.insert(String(line))
      }
      count += 1
    }
    #expect(count >= 30)
    #expect(differences == Self.exceptions[file, default: []])
  }

  @Test(.enabled(if: Peer.isUsable("dpkg"), "dpkg is the judge"))
  func `dpkg itself agrees`() throws {
    let dpkg = try #require(Peer.path(of: "dpkg"))
    let versions = [
      "1.0", "1.0-1", "1.0-1~bpo1", "1.0-1+b1", "1:0.9", "0:1.0", "1.0~~", "1.0~~a", "1.0~", "1.0+dfsg-3", "1.0.a-2",
      "2", "10",
      "1.2.3-1~deb7u1", "2.7.4+reloaded2-13ubuntu1", "2.7.4+reloaded2-13+deb9u1",
    ]
    for left in versions {
      for right in versions {
        let order = VersionScheme.debian.order(left, right)
        let relation = order == .before ? "lt" : order == .after ? "gt" : "eq"
        let result = try Program.run([dpkg.string, "--compare-versions", left, relation, right])
        #expect(result.exitCode == 0, "dpkg doesn't say \(left) \(relation) \(right)")
      }
    }
  }
}
