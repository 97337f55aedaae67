import Model
import OCI

/// What is installed in an image.
struct ImageCatalogue {
  private(set) var system: OperatingSystem?
  /// Sorted by kind, name and version.
  private(set) var packages: [InstalledPackage] = []
  /// What could not be read, a sentence each.
  private(set) var remarks: [String] = []

  static let catalogers: [any Cataloger] = [
    DpkgCataloger(), ApkCataloger(), PythonCataloger(), NpmCataloger(), NpmLockCataloger(),
  ]

  /// - Throws: `OCIError` when a blob can't be read; `CancellationError`.
  init(of image: StoredImage, in blobs: BlobStore) throws {
    let layers = try blobs.manifest(of: image).layers
    let diffIDs = try blobs.configuration(of: image).rootfs.diffIDs
    var places = Set(OperatingSystem.places)
    places.formUnion(Self.catalogers.flatMap(\.places))
    var files = ImageFiles()
    // Where a link leads to a file that nobody asked for, the layers are read once more with it. Links to links to hard
    // links would need another turn; nobody makes those.
    for _ in 0..<3 {
      var wanted = places
      files = ImageFiles()
      for (index, layer) in layers.enumerated() {
        try Task.checkCancellation()
        var scan = LayerScan(catalogers: Self.catalogers, places: places, below: files)
        try scan.read(LayerReader(layer, in: blobs))
        wanted.formUnion(scan.missing)
        files.apply(scan.changes, layer: index)
      }
      wanted.formUnion(places.compactMap { files.realPath(of: $0) })
      if wanted == places { break }
      places = wanted
    }
    system = Self.system(in: files)
    collect(files, diffIDs: diffIDs)
  }

  private static func system(in files: ImageFiles) -> OperatingSystem? {
    OperatingSystem.places.lazy.compactMap { place in
      files.realPath(of: place).flatMap { files.versions[$0]?.last?.content.bytes }
        .flatMap { OperatingSystem(contents: $0, at: place) }
    }.first
  }

  private mutating func collect(_ files: ImageFiles, diffIDs: [Digest]) {
    var found: [Catalogue.Entry: (locations: Set<String>, layer: Int)] = [:]
    func add(_ history: [(layer: Int, catalogue: Catalogue)], at path: String) {
      guard let last = history.last else { return }
      remarks += last.catalogue.remarks
      let sets = history.map { Set($0.catalogue.entries) }
      for entry in Set(last.catalogue.entries) {
        // The layer that brought it in is the lowest from which on the file has it all the way up.
        var index = history.count - 1
        while index > 0, sets[index - 1].contains(entry) { index -= 1 }
        let layer = history[index].layer
        let known = found[entry]
        found[entry] = ((known?.locations ?? []).union(["/" + path]), min(known?.layer ?? layer, layer))
      }
    }

    var seen: Set<String> = []
    for cataloger in Self.catalogers {
      for place in cataloger.places {
        guard let path = files.realPath(of: place), seen.insert(path).inserted else { continue }
        let versions = files.versions[path] ?? []
        add(
          versions.compactMap { version in
            version.content.bytes.map { (version.layer, cataloger.catalogue($0, at: place)) }
          }, at: path)
      }
    }
    for (path, versions) in files.versions.sorted(by: { $0.key < $1.key }) {
      if let remark = versions.last?.content.remark { remarks.append(remark) }
      let cataloguesEach = versions.last?.content.catalogues.count ?? 0
      for index in 0..<cataloguesEach {
        add(
          versions.compactMap { version in
            index < version.content.catalogues.count ? (version.layer, version.content.catalogues[index]) : nil
          }, at: path)
      }
    }
    packages = found.map { entry, place in
      InstalledPackage(
        kind: entry.kind, name: entry.name, version: entry.version, sourceName: entry.sourceName,
        sourceVersion: entry.sourceVersion, locations: place.locations.sorted(),
        layer: place.layer < diffIDs.count ? diffIDs[place.layer] : nil)
    }
    packages.sort { ($0.kind.rawValue, $0.name, $0.version) < ($1.kind.rawValue, $1.name, $1.version) }
  }
}
