import Foundation
import Model
import OCI
import SystemPackage
import Testing

struct BlobStoreTests {
  let directory: TemporaryDirectory
  let store: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
  }

  @Test func `what is put can be read, by its digest and under its path`() throws {
    let digest = try store.put(Array("hello".utf8))
    #expect(digest == Digest(of: Array("hello".utf8)))
    #expect(try store.read(digest) == Array("hello".utf8))
    #expect(store.path(of: digest) == directory("blobs/sha256/" + digest.hex))
    #expect(try store.size(of: digest) == 5)
    #expect(try FileStatus(of: store.path(of: digest)).permissions == 0o444)
    #expect(try store.put(Array("hello".utf8)) == digest)
  }

  @Test func `a missing blob is not found`() throws {
    let digest = Digest(of: [1])
    #expect(!store.contains(digest))
    for operation in [{ _ = try store.read(digest) }, { _ = try store.size(of: digest) }, { try store.verify(digest) }]
    {
      #expect { try operation() } throws: { ($0 as? OCIError)?.code == .notFound }
    }
  }

  @Test func `a damaged blob is noticed`() throws {
    let digest = try store.put(Array("hello".utf8))
    try store.verify(digest)
    try FileManager.default.removeItem(atPath: store.path(of: digest).string)
    try write("hullo", to: store.path(of: digest))
    #expect { try store.verify(digest) } throws: { ($0 as? OCIError)?.code == .digestMismatch }
    #expect { try store.read(digest) } throws: { ($0 as? OCIError)?.code == .digestMismatch }
  }

  @Test func `a writer that is dropped leaves nothing`() throws {
    do {
      let writer = try store.makeWriter()
      try writer.write([1, 2, 3])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory("blobs/sha256").string) == [])
  }

  @Test func `a writer refuses content that was not expected`() throws {
    let writer = try store.makeWriter()
    try writer.write([1, 2, 3])
    #expect { try writer.commit(expecting: Digest(of: [4])) } throws: { ($0 as? OCIError)?.code == .digestMismatch }
    #expect(!store.contains(Digest(of: [1, 2, 3])))
  }

  @Test func `a blob longer than the limit is not read whole`() throws {
    let digest = try store.put([UInt8](repeating: 0, count: 100))
    #expect { try store.read(digest, limit: 99) } throws: { ($0 as? OCIError)?.code == .unsupported }
  }

  @Test func `chunks can be read more than once`() async throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let digest = try store.put(bytes)
    let chunks = store.chunks(of: digest, chunkSize: 30_000)
    for _ in 0..<2 {
      var sizes = [Int]()
      var all = [UInt8]()
      for try await chunk in chunks {
        sizes.append(chunk.count)
        all += chunk
      }
      #expect(sizes == [30_000, 30_000, 30_000, 10_000])
      #expect(all == bytes)
    }
  }

  @Test func `many writers of one blob do not disturb each other`() async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let store = store
    let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
      for _ in 0..<8 { group.addTask { try store.put(bytes) } }
      return try await group.reduce(into: Set<Digest>()) { $0.insert($1) }
    }
    #expect(digests == [Digest(of: bytes)])
    try store.verify(Digest(of: bytes))
  }

  @Test func `a removed blob is gone, and removing it again is no error`() throws {
    let digest = try store.put([9])
    try store.remove(digest)
    try store.remove(digest)
    #expect(!store.contains(digest))
  }
}
