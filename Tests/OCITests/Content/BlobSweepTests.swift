import Model
import OCI
import SystemPackage
import Testing

struct BlobSweepTests {
  let directory: TemporaryDirectory
  let store: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
  }

  /// One moment before the blob was dated, and one after.
  private func moments(around digest: Digest) throws -> (before: Int64, after: Int64) {
    let modified = try FileStatus(of: store.path(of: digest)).modified
    return (modified, modified + 1)
  }

  @Test func `only what is old and not kept is swept`() throws {
    let kept = try store.put(Array("kept".utf8))
    let gone = try store.put(Array("gone".utf8))
    let (before, after) = try moments(around: gone)
    #expect(try !store.unneeded(before: before) { _ in false }.contains { $0.digest == gone })
    let found = try store.unneeded(before: after) { $0 == kept }
    #expect(found.map(\.digest) == [gone])
    #expect(try store.sweep(found.map(\.digest), before: after) == 4)
    #expect(store.contains(kept))
    #expect(!store.contains(gone))
  }

  @Test func `a blob that was put again meanwhile stays`() throws {
    let digest = try store.put(Array("again".utf8))
    let after = try moments(around: digest).after
    let found = try store.unneeded(before: after) { _ in false }
    var dated = try FileStatus(of: store.path(of: digest)).modified
    // The file system's clock moves in ticks: put until it has.
    while dated < after {
      _ = try store.put(Array("again".utf8))
      dated = try FileStatus(of: store.path(of: digest)).modified
    }
    #expect(try store.sweep(found.map(\.digest), before: after) == 0)
    #expect(store.contains(digest))
  }
}
