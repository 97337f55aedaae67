import Model
import OCI
import SystemPackage

/// What came out of a build, and ways to look into it.
struct BuiltImage {
  let image: StoredImage
  let store: BlobStore
  let output: String

  struct File: Equatable {
    let entry: LayerEntry
    let content: [UInt8]

    var text: String { String(decoding: content, as: UTF8.self) }
    var owner: [UInt32] { [entry.userID, entry.groupID] }
    var mode: UInt16 { entry.permissions }
    var target: String? {
      if case .symbolicLink(let target) = entry.kind { String(decoding: target, as: UTF8.self) } else { nil }
    }
  }

  var digest: Digest { image.digest }
  var steps: [String] { output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("STEP ") } }

  func configuration() throws -> ImageConfiguration { try store.configuration(of: image) }
  func container() throws -> ImageConfiguration.Container { try configuration().config }
  func layerCount() throws -> Int { try store.manifest(of: image).layers.count }

  /// The entries of one layer, the last one unless another is named, as the tar archive has them.
  func layer(_ index: Int? = nil) throws -> [File] {
    let layers = try store.manifest(of: image).layers
    let reader = try LayerReader(layers[index ?? layers.count - 1], in: store)
    var files = [File]()
    while let entry = try reader.next() {
      files.append(File(entry: entry, content: try reader.readContent(limit: 8 << 20)))
    }
    return files
  }

  /// The paths of one layer's entries.
  func paths(_ index: Int? = nil) throws -> [String] { try layer(index).map(\.entry.path.string) }

  /// The file system that all layers come to.
  func files() throws -> [String: File] {
    var files: [String: File] = [:]
    for index in 0..<(try layerCount()) {
      let entries = try layer(index)
      for file in entries {
        switch file.entry.whiteout {
        case .removes(let path): files = files.filter { $0.key != path.string && !$0.key.hasPrefix(path.string + "/") }
        case .empties(let path): files = files.filter { !$0.key.hasPrefix(path.string + "/") }
        case nil: break
        }
      }
      for file in entries where file.entry.whiteout == nil { files[file.entry.path.string] = file }
    }
    return files
  }
}
