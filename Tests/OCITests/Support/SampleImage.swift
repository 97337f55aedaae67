import Model
import OCI
import SystemPackage

/// A small image of two layers.
enum SampleImage {
  /// Larger than what is kept in memory of an archive's member, and hard to compress.
  private static let body: [UInt8] = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  static func make(in store: BlobStore, text: String = "hello\n") throws -> StoredImage {
    let first = try LayerWriter(into: store, modificationTime: 0)
    try first.add(LayerEntry(path: "etc", kind: .directory, permissions: 0o755))
    try first.add(file("etc/motd", Array(text.utf8)), contents: .bytes(Array(text.utf8)))
    let second = try LayerWriter(into: store, modificationTime: 0)
    try second.add(file("data.bin", body), contents: .bytes(body))
    let layers = [try first.finish(), try second.finish()]
    let configuration = ImageConfiguration(
      created: "1970-01-01T00:00:00Z", platform: .host,
      config: .init(env: ["PATH=/bin"], cmd: ["/bin/sh"], labels: ["a": "b"]), diffIDs: layers.map(\.diffID),
      history: [.init(createdBy: "one"), .init(createdBy: "two")])
    return try store.put(configuration: configuration, layers: layers.map(\.descriptor))
  }

  static func file(_ path: FilePath, _ bytes: [UInt8], permissions: UInt16 = 0o644) -> LayerEntry {
    LayerEntry(path: path, kind: .file(size: Int64(bytes.count)), permissions: permissions)
  }

  /// Writes the entries as one layer; files get as many `x` as their size says.
  static func layer(_ entries: [LayerEntry], in store: BlobStore) throws -> LayerBlob {
    let writer = try LayerWriter(into: store, modificationTime: 1_000_000)
    for entry in entries {
      if case .file(let size) = entry.kind {
        try writer.add(entry, contents: .bytes(Array(repeating: UInt8(ascii: "x"), count: Int(size))))
      } else {
        try writer.add(entry)
      }
    }
    return try writer.finish()
  }
}
