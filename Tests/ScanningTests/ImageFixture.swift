import Model
import OCI
import SystemPackage

/// Makes small image archives, layer by layer.
struct ImageFixture {
  enum Item {
    case file(String, String)
    case link(String, to: String)
    case hardLink(String, to: String)
    case directory(String)
  }

  let directory = TemporaryDirectory()
  var blobs: BlobStore { BlobStore(root: directory.path.appending("blobs")) }
  var archive: FilePath { directory.path.appending("image.tar") }

  /// - Returns: the image, and the diff IDs of its layers.
  @discardableResult
  func write(_ layers: [[Item]]) throws -> (image: StoredImage, diffIDs: [Digest]) {
    let store = BlobStore(root: directory.path.appending("build"))
    var written: [LayerBlob] = []
    for items in layers {
      let writer = try LayerWriter(into: store, modificationTime: 0)
      for item in items { try add(item, to: writer) }
      written.append(try writer.finish())
    }
    let configuration = ImageConfiguration(
      platform: Platform(os: "linux", architecture: "amd64", variant: nil), diffIDs: written.map(\.diffID))
    let image = try store.put(configuration: configuration, layers: written.map(\.descriptor))
    _ = try ImageArchive.write(image, references: [], from: store, to: archive)
    return (image, written.map(\.diffID))
  }

  private func add(_ item: Item, to writer: LayerWriter) throws {
    switch item {
    case .file(let path, let contents):
      let bytes = Array(contents.utf8)
      try writer.add(
        LayerEntry(path: FilePath(path), kind: .file(size: Int64(bytes.count)), permissions: 0o644),
        contents: .bytes(bytes))
    case .link(let path, let target):
      try writer.add(
        LayerEntry(path: FilePath(path), kind: .symbolicLink(target: Array(target.utf8)), permissions: 0o777))
    case .hardLink(let path, let target):
      try writer.add(LayerEntry(path: FilePath(path), kind: .hardLink(target: FilePath(target)), permissions: 0o644))
    case .directory(let path):
      try writer.add(LayerEntry(path: FilePath(path), kind: .directory, permissions: 0o755))
    }
  }

  static let debian11 = Item.file("usr/lib/os-release", "ID=debian\nVERSION_ID=\"11\"\nNAME=\"Debian GNU/Linux\"\n")

  static func python(_ name: String, _ version: String) -> Item {
    .file(
      "usr/lib/python3/site-packages/\(name)-\(version).dist-info/METADATA",
      "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n\nText.\n")
  }

  static func dpkg(_ packages: (name: String, version: String)...) -> Item {
    let paragraphs = packages.map {
      "Package: \($0.name)\nStatus: install ok installed\nVersion: \($0.version)\nArchitecture: amd64\n"
    }
    return .file("var/lib/dpkg/status", paragraphs.joined(separator: "\n"))
  }
}
