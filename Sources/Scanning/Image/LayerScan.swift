import OCI
import SystemPackage

/// Reads one layer for the files that catalogers want.
struct LayerScan {
  /// A larger file is left out, with a remark: package databases have a few megabytes.
  static let largestFile = 64 << 20

  let catalogers: [any Cataloger]
  /// The files whose bytes are kept.
  let places: Set<String>
  /// What lies below the layer.
  let below: ImageFiles

  private(set) var changes = LayerChanges()
  /// Files that a hard link of a wanted name leads to, and that were not kept.
  private(set) var missing: Set<String> = []
  private var resolvedParents: [String: String] = [:]

  init(catalogers: [any Cataloger], places: Set<String>, below: ImageFiles) {
    self.catalogers = catalogers
    self.places = places
    self.below = below
  }

  /// - Throws: `OCIError` when the layer can't be read.
  mutating func read(_ reader: LayerReader) throws {
    while let entry = try reader.next() {
      let written = entry.path.string
      if Self.mayBeWhiteout(written), let whiteout = entry.whiteout {
        switch whiteout {
        case .removes(let path): if let path = resolved(path.string) { changes.removed.insert(path) }
        case .empties(let path): if let path = resolved(path.string) { changes.emptied.insert(path) }
        }
        resolvedParents = [:]
        continue
      }
      guard let path = resolved(written) else { continue }
      notePlace(path, isDirectory: entry.kind == .directory)
      switch entry.kind {
      case .file(let size):
        guard isWanted(path) else { continue }
        changes.files[path] =
          size > Self.largestFile
          ? .init(remark: "/\(path): its \(size) bytes are too many to be looked at")
          : content(try reader.readContent(limit: Self.largestFile), at: path)
      case .hardLink(let target):
        guard isWanted(path), let target = resolved(target.string) else { continue }
        changes.files[path] = linkedContent(target, at: path)
      case .symbolicLink(let target):
        changes.links[path] = String(decoding: target, as: UTF8.self)
        resolvedParents = [:]
      case .directory, .characterDevice, .blockDevice, .fifo: break
      }
    }
  }

  /// Whether it is worth to ask the entry, which takes the path apart: a layer has tens of thousands of them.
  private static func mayBeWhiteout(_ path: String) -> Bool {
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8[path.utf8.index(after: $0)...] }
    return (name ?? path.utf8[...]).starts(with: ".wh.".utf8)
  }

  private func isWanted(_ path: String) -> Bool {
    places.contains(path) || catalogers.contains { $0.wants(path) }
  }

  private func content(_ bytes: [UInt8], at path: String) -> ImageFiles.Content {
    ImageFiles.Content(
      bytes: places.contains(path) ? bytes : nil,
      catalogues: catalogers.filter { $0.wants(path) }.map { $0.catalogue(bytes, at: path) })
  }

  private mutating func linkedContent(_ target: String, at path: String) -> ImageFiles.Content {
    let found = changes.files[target] ?? (changes.hides(target) ? nil : below.versions[target]?.last?.content)
    if let found, found.remark != nil { return found }
    if let bytes = found?.bytes { return content(bytes, at: path) }
    // It was not kept, or only what was made of it under its other name.
    missing.insert(target)
    return ImageFiles.Content()
  }

  /// Whatever is new at a path takes the place of what was there.
  private mutating func notePlace(_ path: String, isDirectory: Bool) {
    if below.links[path] != nil || changes.links[path] != nil {
      changes.replaced.insert(path)
      changes.links[path] = nil
      resolvedParents = [:]
    }
    changes.files[path] = nil
    if isDirectory ? below.versions[path] != nil : below.isAboveFiles(path) { changes.removed.insert(path) }
  }

  /// The path with the links on the way to it followed: layers are unpacked into the tree that the lower ones made.
  private mutating func resolved(_ text: String) -> String? {
    if below.links.isEmpty, changes.links.isEmpty { return text }
    guard let slash = text.lastIndex(of: "/") else { return text }
    let parent = String(text[..<slash])
    let real: String
    if let known = resolvedParents[parent] {
      real = known
    } else {
      let changes = changes
      let below = below
      let resolver = PathResolver { place in
        if let target = changes.links[place] { return target }
        return changes.replaced.contains(place) || changes.hides(place) ? nil : below.links[place]
      }
      guard let found = resolver.resolve(parent) else { return nil }
      resolvedParents[parent] = found
      real = found
    }
    return real.isEmpty ? String(text[text.index(after: slash)...]) : real + String(text[slash...])
  }
}
