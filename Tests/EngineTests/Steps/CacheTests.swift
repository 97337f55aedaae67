import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@testable import Engine

@Suite struct CacheTests {
  private static func key(_ workspace: FilePath) -> CacheKey {
    CacheKey(
      workspace: Workspace(directory: workspace), branch: "main", commit: "abc", buildNumber: 7, repository: "app",
      now: Timestamp(milliseconds: 5000))
  }

  @Test func `a key is rendered as a Go template`() throws {
    try TemporaryDirectory.with { directory in
      try directory.appending("go.sum").write("one")
      let key = Self.key(directory)
      let sum = Digest(of: Array("one".utf8)).hex
      #expect(try key.render("deps-{{ checksum \"go.sum\" }}-{{.Commit.Branch}}-{{ epoch }}") == "deps-\(sum)-main-5")
      #expect(try key.render("{{ checksum \"/harness/go.sum\" }}") == sum)
      #expect(try key.render("plain") == "plain")
      for wrong in ["{{ checksum \"missing\" }}", "{{ checksum \"../x\" }}", "{{ nothing }}", "{{ open", ""] {
        #expect(throws: StepFailure.self) { try key.render(wrong) }
      }
    }
  }

  @Test(arguments: [DirectoryArchive.Format.tar, .gzip, .zstd])
  func `what is saved is restored, with its modes and links`(_ format: DirectoryArchive.Format) throws {
    try TemporaryDirectory.with { directory in
      let workspace = directory.appending("workspace")
      try workspace.pushing("node_modules/a/index.js").write("content")
      try setMode(0o755, of: workspace.pushing("node_modules/a/index.js"))
      try link(workspace.pushing("node_modules/link"), to: "a/index.js")
      let bucket = try Bucket("my-bucket", scheme: "s3", in: directory.appending("buckets"))
      let cache = DirectoryCache(bucket: bucket, workspace: Workspace(directory: workspace), sharedPaths: [])
      #expect(try cache.restore("k/1") == 0)
      #expect(
        try cache.save(["node_modules"], key: "k/1", format: format, overwrites: false) == .saved(entries: 4))
      #expect(try cache.save(["node_modules"], key: "k/1", format: format, overwrites: false) == .kept)

      let other = directory.appending("other")
      try makeDirectory(other)
      let restoring = DirectoryCache(bucket: bucket, workspace: Workspace(directory: other), sharedPaths: [])
      #expect(try restoring.restore("k/1") == 1)
      #expect(try other.pushing("node_modules/link").readText() == "content")
      #expect(try FileStatus(of: other.pushing("node_modules/a/index.js")).permissions == 0o755)
      #expect(throws: StepFailure.self) {
        try cache.save(["/etc"], key: "k/2", format: format, overwrites: false)
      }
    }
  }

  @Test(arguments: ["", "..", "a/../b", "/"])
  func `a key that climbs is refused`(_ key: String) throws {
    let bucket = try Bucket("b", scheme: "s3", in: "/buckets")
    #expect(throws: StepFailure.self) { try bucket.path(of: key) }
  }

  @Test(arguments: ["", "f", "fo", "foo", "foob", "\u{0}\u{FF}ÿ"])
  func `base64 is read as it is written`(_ text: String) {
    let encoded = Base64.encode(Array(text.utf8))
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(text != "foob" || encoded == "Zm9vYg==")
  }
}
