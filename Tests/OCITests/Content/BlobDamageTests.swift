import Model
import OCI
import SystemPackage
import Testing

struct BlobDamageTests {
  let directory: TemporaryDirectory
  let store: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
  }

  @Test func `a blob whose bytes were changed is found`() throws {
    _ = try store.put(Array("sound".utf8))
    let digest = try store.put(Array("changed".utf8))
    #expect(try store.damaged().isEmpty)
    try change(store.path(of: digest), at: 0)
    #expect(try store.damaged().map(\.digest) == [digest])
  }

  @Test func `a content that was changed in its pack is found, and left out when the pack is written anew`() throws {
    let packs = BlobPacks(of: store)
    let writer = packs.makeWriter()
    let contents = ["one", "two", "three"].map { Array($0.utf8) }
    for content in contents { try content.withUnsafeBytes { try writer.add(RawDigest(of: $0), $0) } }
    _ = try writer.commit()
    try packs.refresh()
    #expect(try packs.damaged().isEmpty)
    let digest = contents[1].withUnsafeBytes { RawDigest(of: $0) }
    let (pack, place) = try #require(packs.find(digest))
    try change(pack.path, at: place.offset)
    let found = try packs.damaged()
    #expect(found.map(\.count) == [1] && found.first?.pack.path == pack.path)
    try packs.rewrite([pack])
    #expect(try packs.damaged().isEmpty)
    #expect(packs.find(digest) == nil)
    #expect(packs.find(contents[2].withUnsafeBytes { RawDigest(of: $0) }) != nil)
  }

  private func change(_ path: FilePath, at offset: Int64) throws {
    let descriptor = try FileDescriptor.open(path, .readWrite)
    try descriptor.closeAfter { _ = try descriptor.writeAll(toAbsoluteOffset: offset, [0x21]) }
  }
}
