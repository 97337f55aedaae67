import Model
import SystemPackage

extension ArchiveMembers {
  /// Finds the one image of the archive, checks it and puts its blobs into the store.
  func resolveImage() throws -> (image: StoredImage, references: [String]) {
    let item = contains("manifest.json") ? try dockerItem() : nil
    if contains("index.json"), contains("oci-layout") {
      let (descriptor, names) = try layoutDescriptor()
      let manifest = try storeLayoutImage(descriptor)
      if let item {
        guard try member(item.config).digest == manifest.config.digest else {
          throw OCIError(
            .corrupt, "\(archiveName) holds two images: index.json and manifest.json name different configurations")
        }
      }
      let references = (item?.repoTags ?? []) + names
      var seen = Set<String>()
      return (StoredImage(manifest: descriptor), references.filter { seen.insert($0).inserted })
    }
    guard let item else {
      throw OCIError(
        .unsupported, "\(archiveName) is no image archive: it has neither a manifest.json nor an index.json")
    }
    return (try storeDockerImage(item), item.repoTags ?? [])
  }

  // MARK: OCI image layout

  /// - Returns: the manifest's descriptor without annotations, and the names that the index gives it.
  private func layoutDescriptor() throws -> (descriptor: Descriptor, names: [String]) {
    let index = try ImageIndex(decoding: bytes(of: "index.json"))
    var names = [String]()
    var manifests = [Digest: Descriptor]()
    try collect(index, depth: 0, into: &manifests, names: &names)
    guard let only = manifests.values.first, manifests.count == 1 else {
      throw OCIError(
        .unsupported, "an image archive must contain a single image, but \(archiveName) contains \(manifests.count)")
    }
    return (only, names)
  }

  private func collect(
    _ index: ImageIndex, depth: Int, into manifests: inout [Digest: Descriptor], names: inout [String]
  ) throws {
    for descriptor in index.manifests {
      // BuildKit's provenance lies beside the image it speaks of.
      if descriptor.annotations?["vnd.docker.reference.type"] == "attestation-manifest" { continue }
      if let name = descriptor.annotations?[ImageArchive.imageNameAnnotation] { names.append(name) }
      if descriptor.mediaType.isIndex {
        guard depth < 4 else { throw OCIError(.corrupt, "the indexes in \(archiveName) are nested too deeply") }
        let nested = try ImageIndex(decoding: bytes(of: checkedBlobName(descriptor)))
        try collect(nested, depth: depth + 1, into: &manifests, names: &names)
      } else {
        manifests[descriptor.digest] = Descriptor(
          mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size,
          platform: descriptor.platform)
      }
    }
  }

  /// The name of a blob whose bytes are known to have the digest and size that the descriptor says.
  private func checkedBlobName(_ descriptor: Descriptor) throws -> String {
    let name = ImageArchive.blobPath(descriptor.digest)
    let member = try member(name)
    guard member.digest == descriptor.digest else {
      throw OCIError(
        .digestMismatch, "“\(name)” in \(archiveName) is damaged: its content has the digest \(member.digest)")
    }
    guard member.size == descriptor.size else {
      throw OCIError(
        .corrupt, "“\(name)” in \(archiveName) has \(member.size) bytes; its descriptor says \(descriptor.size)")
    }
    return name
  }

  private func storeLayoutImage(_ descriptor: Descriptor) throws -> ImageManifest {
    let manifest = try ImageManifest(decoding: bytes(of: checkedBlobName(descriptor)))
    let configuration = try ImageConfiguration(decoding: bytes(of: checkedBlobName(manifest.config)))
    try checkCount(configuration, layers: manifest.layers.count)
    for (layer, diffID) in zip(manifest.layers, configuration.rootfs.diffIDs) {
      let name = try checkedBlobName(layer)
      try storeLayer(member(name), name, expecting: diffID)
    }
    try commit(member(ImageArchive.blobPath(manifest.config.digest)))
    try commit(member(ImageArchive.blobPath(descriptor.digest)))
    return manifest
  }

  // MARK: docker-archive

  private func dockerItem() throws -> ImageArchive.DockerManifestItem {
    let items = try CanonicalJSON.decode(
      [ImageArchive.DockerManifestItem].self, from: bytes(of: "manifest.json"), name: "manifest.json of \(archiveName)")
    guard let only = items.first, items.count == 1 else {
      throw OCIError(
        .unsupported, "an image archive must contain a single image, but \(archiveName) contains \(items.count)")
    }
    return only
  }

  private func storeDockerImage(_ item: ImageArchive.DockerManifestItem) throws -> StoredImage {
    let configBytes = try bytes(of: item.config)
    let configMember = try member(item.config)
    let configuration = try ImageConfiguration(decoding: configBytes)
    let names = item.layers ?? []
    try checkCount(configuration, layers: names.count)
    try checkNamedDigest(of: item.config, suffix: ".json", is: configMember.digest)
    var layers = [Descriptor]()
    for (name, diffID) in zip(names, configuration.rootfs.diffIDs) {
      layers.append(try storeDockerLayer(name, diffID: diffID))
    }
    try commit(configMember)
    let config = Descriptor(mediaType: .dockerConfiguration, digest: configMember.digest, size: configMember.size)
    let manifest = ImageManifest(mediaType: .dockerManifest, config: config, layers: layers).encoded()
    return StoredImage(
      manifest: Descriptor(
        mediaType: .dockerManifest, digest: try store.put(manifest), size: Int64(manifest.count),
        platform: configuration.platform))
  }

  private func storeDockerLayer(_ name: String, diffID: Digest) throws -> Descriptor {
    let member = try member(name)
    if member.digest == diffID { return try compress(member, name) }
    let compression = try withFile(of: member) { try Compression(of: $0) }
    guard compression == .gzip || compression == .zstd else {
      throw OCIError(
        .digestMismatch, "layer “\(name)” in \(archiveName) has the digest \(member.digest), not \(diffID)")
    }
    try checkNamedDigest(of: name, suffix: ".tar.gz", is: member.digest)
    try storeLayer(member, name, expecting: diffID)
    let mediaType: MediaType = compression == .zstd ? .dockerLayerZstd : .dockerLayerGzip
    return Descriptor(mediaType: mediaType, digest: member.digest, size: member.size)
  }

  /// As ``LayerWriter`` compresses: in blocks of 1 MiB.
  private func compress(_ member: Member, _ name: String) throws -> Descriptor {
    let writer = try store.makeWriter()
    let encoder = GzipEncoder { try writer.write($0) }
    try withFile(of: member) { path in
      try FileReader(opening: path, chunkSize: 1 << 20).readAll { try encoder.write($0) }
    }
    try encoder.finish()
    let (digest, size) = try writer.commit()
    try store.record(diffID: member.digest, of: digest)
    return Descriptor(mediaType: .dockerLayerGzip, digest: digest, size: size)
  }

  // MARK: Checks

  private func checkCount(_ configuration: ImageConfiguration, layers: Int) throws {
    let promised = configuration.rootfs.diffIDs.count
    guard promised == layers else {
      throw OCIError(
        .corrupt, "\(archiveName) has \(layers) layers, but the configuration of its image lists \(promised)")
    }
  }

  /// Crane and skopeo name files by their digest: then one that was changed is noticed.
  private func checkNamedDigest(of name: String, suffix: String, is digest: Digest) throws {
    var text = name.hasPrefix("sha256:") ? String(name.dropFirst("sha256:".count)) : name
    if text.hasSuffix(suffix) { text.removeLast(suffix.count) }
    // Any other name says nothing about the content.
    guard let named = try? Digest(hex: text), named != digest else { return }
    throw OCIError(.digestMismatch, "“\(name)” in \(archiveName) is damaged: its content has the digest \(digest)")
  }

  /// Puts a layer into the store once its content is known to be what the configuration says.
  private func storeLayer(_ member: Member, _ name: String, expecting diffID: Digest) throws {
    if store.recordedDiffID(of: member.digest) != diffID {
      let found = try withFile(of: member) {
        try BlobStore.diffID(ofLayerAt: $0, name: "layer “\(name)” in \(archiveName)")
      }
      guard found == diffID else {
        throw OCIError(
          .digestMismatch,
          "layer “\(name)” in \(archiveName) is not what the configuration says: uncompressed it is \(found), not \(diffID)"
        )
      }
      try store.record(diffID: found, of: member.digest)
    }
    try commit(member)
  }
}
