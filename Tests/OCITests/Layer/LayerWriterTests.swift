import Foundation
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct LayerWriterTests {
  let directory: TemporaryDirectory
  let store: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
  }

  static let everyKind: [LayerEntry] = [
    LayerEntry(path: "bin", kind: .directory, permissions: 0o755),
    LayerEntry(path: "bin/tool", kind: .file(size: 3), permissions: 0o4755, userID: 1, groupID: 2),
    LayerEntry(path: "bin/alias", kind: .symbolicLink(target: Array("../bin//tool/".utf8)), permissions: 0o777),
    LayerEntry(path: "bin/twin", kind: .hardLink(target: "bin/tool"), permissions: 0o4755, userID: 1, groupID: 2),
    LayerEntry(path: "bin/pipe", kind: .fifo, permissions: 0o600),
    LayerEntry(path: "null", kind: .characterDevice(major: 1, minor: 3), permissions: 0o666),
    LayerEntry(path: "disk", kind: .blockDevice(major: 259, minor: 70_000), permissions: 0o660, groupID: 6),
    LayerEntry(path: "big-owner", kind: .file(size: 0), permissions: 0o644, userID: 3_000_000_000, groupID: 2_097_152),
    LayerEntry(
      path: "attributes", kind: .file(size: 1), permissions: 0o644,
      extendedAttributes: ["user.b": Array("two\n=".utf8), "security.capability": [1, 0, 0, 2], "user.a": []]),
  ]

  func readAll(_ layer: LayerBlob) throws -> [LayerEntry] {
    let reader = try LayerReader(layer.descriptor, in: store)
    var entries = [LayerEntry]()
    while let entry = try reader.next() { entries.append(entry) }
    #expect(try reader.finish().diffID == layer.diffID)
    return entries
  }

  @Test func `every kind of entry comes back as it was written`() throws {
    let layer = try SampleImage.layer(Self.everyKind, in: store)
    let expected = Self.everyKind.map { entry in
      var entry = entry
      entry.modificationTime = 1_000_000
      return entry
    }
    let found = try readAll(layer)
    for (found, expected) in zip(found, expected) { #expect(found == expected) }
    #expect(found.count == expected.count)
  }

  @Test func `the same entries give the same blob, and its gzip header says nothing of the machine`() throws {
    let first = try SampleImage.layer(Self.everyKind, in: store)
    let other = BlobStore(root: directory("other"))
    #expect(try SampleImage.layer(Self.everyKind, in: other) == first)
    let bytes = try store.read(first.descriptor.digest)
    #expect(bytes.prefix(10) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
    #expect(first.descriptor.size == Int64(bytes.count))
    #expect(first.uncompressedSize % 512 == 0)
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `bsdtar lists what was written`() throws {
    let layer = try SampleImage.layer(Self.everyKind, in: store)
    let listing = try Program.run(
      "bsdtar", ["-tvf", store.path(of: layer.descriptor.digest).string, "--numeric-owner"])
    let lines = listing.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    #expect(lines.count == Self.everyKind.count)
    #expect(lines.map { String($0[0]) }.prefix(4) == ["drwxr-xr-x", "-rwsr-xr-x", "lrwxrwxrwx", "hrwsr-xr-x"])
    #expect(lines[7][2] == "3000000000")
  }

  @Test(.enabled(if: Peer.isUsable("gzip") && Peer.isUsable("sha256sum"), "needs gzip and sha256sum"))
  func `gzip decompresses a layer to its diffID`() throws {
    let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let writer = try LayerWriter(into: store, modificationTime: 0)
    try writer.add(SampleImage.file("big", body), contents: .bytes(body))
    let layer = try writer.finish()
    let path = store.path(of: layer.descriptor.digest).string
    let sum = try Program.run("sh", ["-c", "gzip -dc < \"$0\" | sha256sum", path])
    #expect(sum.hasPrefix(layer.diffID.hex))
  }

  /// Names around the limits of the two header fields, with and without a place to split at.
  @Test(arguments: [1, 90] + Array(96...103) + Array(153...157) + Array(253...258) + [1000, 4000])
  func `names of any length come back`(length: Int) throws {
    var entries = [LayerEntry]()
    for separator in [7, 50, 99, 200] {
      let part = String(repeating: "n", count: separator - 1) + "/"
      var name = String(String(repeating: part, count: length / separator + 1).prefix(length))
      if name.hasSuffix("/") { name += "x" }
      for (index, suffix) in ["", "é", "\u{1F6A2}"].enumerated() {
        let path = FilePath("\(separator)/\(index)/" + name + suffix)
        entries.append(LayerEntry(path: path, kind: .file(size: 1), permissions: 0o644))
        entries.append(
          LayerEntry(path: path.removingLastComponent(), kind: .directory, permissions: 0o755))
        entries.append(
          LayerEntry(
            path: FilePath("l\(separator)-\(index)"), kind: .symbolicLink(target: Array((name + suffix).utf8)),
            permissions: 0o777))
      }
    }
    let found = try readAll(try SampleImage.layer(entries, in: store))
    #expect(found.map(\.path) == entries.map(\.path))
    #expect(found.map(\.kind) == entries.map(\.kind))
  }

  @Test(arguments: [[0xff], [0x66, 0xfe, 0x2f, 0xc3], Array(repeating: 0xe9, count: 150), Array(0x80...0xff)])
  func `names that are not UTF-8 come back byte by byte`(name: [UInt8]) throws {
    let entries = [
      LayerEntry(path: FilePath(bytes: name), kind: .file(size: 0), permissions: 0o644),
      LayerEntry(path: "link", kind: .symbolicLink(target: name), permissions: 0o777),
      LayerEntry(path: "twin", kind: .hardLink(target: FilePath(bytes: name)), permissions: 0o644),
    ]
    let found = try readAll(try SampleImage.layer(entries, in: store))
    #expect(found.map(\.path.bytes) == entries.map(\.path.bytes))
    #expect(found.map(\.kind) == entries.map(\.kind))
  }

  @Test(arguments: [0, 1, 2, 300] + Array(509...514) + Array(1021...1026))
  func `an archive is always whole blocks`(size: Int) throws {
    let layer = try SampleImage.layer(
      [LayerEntry(path: "f", kind: .file(size: Int64(size)), permissions: 0o644)], in: store)
    #expect(layer.uncompressedSize == 512 + Int64((size + 511) / 512 * 512) + 1024)
  }

  @Test(arguments: ["/absolute", "../up", "a/../../b"])
  func `a path that is not inside is refused`(path: String) throws {
    let writer = try LayerWriter(into: store, modificationTime: 0)
    #expect {
      try writer.add(LayerEntry(path: FilePath(path), kind: .directory, permissions: 0o755))
    } throws: {
      ($0 as? OCIError)?.code == .unsafePath
    }
  }

  @Test(arguments: [2, 4])
  func `contents of another size than announced are refused`(size: Int) throws {
    let writer = try LayerWriter(into: store, modificationTime: 0)
    #expect(throws: OCIError.self) {
      try writer.add(
        LayerEntry(path: "f", kind: .file(size: 3), permissions: 0o644),
        contents: .bytes([UInt8](repeating: 1, count: size)))
    }
  }

  @Test func `a sparse file larger than memory buffers is streamed and shrinks`() throws {
    let path = directory("sparse")
    try write([], to: path)
    let handle = try #require(FileHandle(forWritingAtPath: path.string))
    try handle.truncate(atOffset: 200 << 20)
    try handle.seek(toOffset: 100 << 20)
    try handle.write(contentsOf: Data("middle".utf8))
    try handle.close()
    let writer = try LayerWriter(into: store, modificationTime: 0)
    try writer.add(LayerEntry(path: "sparse", kind: .file(size: 200 << 20), permissions: 0o644), contents: .file(path))
    let layer = try writer.finish()
    #expect(layer.descriptor.size < 4 << 20)
    let out = directory("out")
    try FileManager.default.createDirectory(atPath: out.string, withIntermediateDirectories: true)
    let result = try LayerExtractor().extract(layer.descriptor, expecting: layer.diffID, from: store, to: out)
    #expect(result.uncompressedSize == layer.uncompressedSize)
    #expect(try Digest.ofFile(at: out.appending("sparse")) == Digest.ofFile(at: path))
  }

  @Test func `a writer that is dropped in the middle of a large file leaves nothing`() throws {
    do {
      let writer = try LayerWriter(into: store, modificationTime: 0)
      let body = [UInt8](repeating: 7, count: 5 << 20)
      try writer.add(SampleImage.file("f", body), contents: .bytes(body))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory("blobs/sha256").string) == [])
  }
}
