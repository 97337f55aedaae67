import Foundation
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct ImageArchiveTests {
  let directory: TemporaryDirectory
  let store: BlobStore
  let image: StoredImage
  let references: [ImageReference]
  let archive: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
    image = try SampleImage.make(in: store)
    references = ["registry.example/team/app:1.0"]
    archive = directory("out/deep/image.tar")
    try ImageArchive.write(image, references: references, from: store, to: archive)
  }

  struct Inspection: Decodable {
    let digest: String
    let layers: [String]
    enum CodingKeys: String, CodingKey {
      case digest = "Digest"
      case layers = "Layers"
    }
  }

  func inspect(_ reference: String) throws -> Inspection {
    let text = try Program.run("skopeo", ["inspect", "--no-tags", reference])
    return try JSONDecoder().decode(Inspection.self, from: Data(text.utf8))
  }

  @Test func `what is written is read back as the same image`() throws {
    let receipt = try ImageArchive.write(image, references: references, from: store, to: directory("again.tar"))
    #expect(try Digest.ofFile(at: directory("again.tar")) == (receipt.digest, receipt.size))
    #expect(try read(directory("again.tar")) == read(archive))
    let other = BlobStore(root: directory("other"))
    let contents = try ImageArchive.read(from: archive, into: other)
    #expect(contents.image == image)
    #expect(contents.archiveDigest == receipt.digest)
    #expect(contents.archiveSize == receipt.size)
    #expect(contents.references == ["registry.example/team/app:1.0"])
    #expect(try other.configuration(of: contents.image) == store.configuration(of: image))
    for layer in try store.manifest(of: image).layers { try other.verify(layer.digest) }
    // Once more, into a store that has everything.
    #expect(try ImageArchive.read(from: archive, into: other) == contents)
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `skopeo reads it as either kind of archive`() throws {
    let manifest = try store.manifest(of: image)
    let oci = try inspect("oci-archive:\(archive)")
    #expect(oci.digest == image.digest.description)
    #expect(oci.layers == manifest.layers.map(\.digest.description))
    let docker = try inspect("docker-archive:\(archive)")
    #expect(docker.layers == (try store.configuration(of: image)).rootfs.diffIDs.map(\.description))
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `an archive that skopeo made is read, its layers compressed`() throws {
    let legacy = directory("legacy.tar")
    try Program.run(
      "skopeo", ["--insecure-policy", "copy", "oci-archive:\(archive)", "docker-archive:\(legacy):a/b:c"])
    let other = BlobStore(root: directory("other"))
    let contents = try ImageArchive.read(from: legacy, into: other)
    #expect(contents.references == ["docker.io/a/b:c"] || contents.references == ["a/b:c"])
    #expect(contents.image.manifest.mediaType == .dockerManifest)
    let manifest = try other.manifest(of: contents.image)
    // Compressed with the same compressor, the layers are the same blobs again.
    #expect(manifest.layers.map(\.digest) == (try store.manifest(of: image)).layers.map(\.digest))
    #expect(manifest.layers.allSatisfy { $0.mediaType == .dockerLayerGzip })
    #expect(
      try other.configuration(of: contents.image).rootfs.diffIDs == store.configuration(of: image).rootfs.diffIDs)
    let files = try FileManager.default.contentsOfDirectory(atPath: directory("other/sha256").string)
    #expect(files.count == 4)
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `an OCI layout that skopeo made keeps its digest`() throws {
    let made = directory("made.tar")
    try Program.run("skopeo", ["--insecure-policy", "copy", "oci-archive:\(archive)", "oci-archive:\(made):name"])
    let contents = try ImageArchive.read(from: made, into: BlobStore(root: directory("other")))
    #expect(contents.image.digest == image.digest)
  }

  /// Writes the members of a docker-archive as kaniko and crane do.
  func kanikoArchive(
    renaming: (String) -> String = { $0 }, dropping: Set<String> = [], diffIDs: [Digest]? = nil, copies: Int = 1
  ) throws -> FilePath {
    let source = directory("kaniko-\(UUID().uuidString)")
    let manifest = try store.manifest(of: image)
    var configuration = try store.configuration(of: image)
    if let diffIDs { configuration.rootfs.diffIDs = diffIDs }
    let configBytes = configuration.encoded()
    let configName = "sha256:" + Digest(of: configBytes).hex
    try write(configBytes, to: source.appending(configName))
    var members = [configName]
    for layer in manifest.layers {
      let name = layer.digest.hex + ".tar.gz"
      try write(store.read(layer.digest, limit: .max), to: source.appending(name))
      members.append(name)
    }
    let layers = members.dropFirst().map { "\"\(renaming($0))\"" }.joined(separator: ",")
    let item = #"{"Config":"\#(configName)","RepoTags":["x:1"],"Layers":[\#(layers)]}"#
    let items = Array(repeating: item, count: copies).joined(separator: ",")
    try write("[\(items)]", to: source.appending("manifest.json"))
    members = members.filter { !dropping.contains($0) } + ["manifest.json"]
    let path = FilePath(source.string + ".tar")
    try Program.run("bsdtar", ["-cf", path.string, "-C", source.string, "--"] + members)
    return path
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `kaniko's archive is read and its layers keep their bytes`() throws {
    let contents = try ImageArchive.read(from: try kanikoArchive(), into: BlobStore(root: directory("other")))
    #expect(contents.references == ["x:1"])
    let other = BlobStore(root: directory("other"))
    #expect(
      try other.manifest(of: contents.image).layers.map(\.digest) == store.manifest(of: image).layers.map(\.digest))
    #expect(contents.image.manifest.mediaType == .dockerManifest)
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `an archive of two images is refused`() throws {
    let path = try kanikoArchive(copies: 2)
    expectFailure(.unsupported, naming: "single image") { try ImageArchive.read(from: path, into: store) }
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `a missing layer is named`() throws {
    let name = try store.manifest(of: image).layers[1].digest.hex + ".tar.gz"
    let path = try kanikoArchive(dropping: [name])
    expectFailure(.notFound, naming: name) { try ImageArchive.read(from: path, into: store) }
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `layers that are not those of the configuration are refused`() throws {
    let diffIDs = try store.configuration(of: image).rootfs.diffIDs
    let swapped = try kanikoArchive(diffIDs: diffIDs.reversed())
    expectFailure(.digestMismatch, naming: "layer") { try ImageArchive.read(from: swapped, into: store) }
    let other = BlobStore(root: directory("other"))
    expectFailure(.digestMismatch, naming: "layer") { try ImageArchive.read(from: swapped, into: other) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory("other/sha256").string) == [])
    let fewer = try kanikoArchive(diffIDs: [diffIDs[0]])
    expectFailure(.corrupt, naming: "lists 1") { try ImageArchive.read(from: fewer, into: store) }
  }

  @Test func `a directory, a compressed archive and other files are refused`() throws {
    expectFailure(.unsupported, naming: "directory") { try ImageArchive.read(from: directory.path, into: store) }
    expectFailure(.notFound, naming: "nowhere.tar") {
      try ImageArchive.read(from: directory("nowhere.tar"), into: store)
    }
    try write([0x1f, 0x8b, 8, 0], to: directory("image.tar.gz"))
    expectFailure(.unsupported, naming: "gunzip") {
      try ImageArchive.read(from: directory("image.tar.gz"), into: store)
    }
    try write("this is no tar archive", to: directory("text"))
    expectFailure(.corrupt, naming: "tar") { try ImageArchive.read(from: directory("text"), into: store) }
    try write([], to: directory("empty"))
    expectFailure(nil, naming: "empty") { try ImageArchive.read(from: directory("empty"), into: store) }
  }

  @Test func `a truncated archive is noticed, wherever it ends`() throws {
    let whole = try read(archive)
    for length in [512, 700, whole.count / 4, whole.count / 2, whole.count - 4000, whole.count - 2600] {
      let path = directory("cut-\(length).tar")
      try write(Array(whole.prefix(length)), to: path)
      let other = BlobStore(root: directory("other-\(length)"))
      #expect(throws: OCIError.self, "\(length) of \(whole.count)") { try ImageArchive.read(from: path, into: other) }
    }
  }

  @Test func `a changed blob is noticed`() throws {
    var bytes = try read(archive)
    // In the middle of the largest member: the second layer.
    bytes[bytes.count / 2] ^= 1
    try write(bytes, to: directory("changed.tar"))
    for root in [store, BlobStore(root: directory("other"))] {
      expectFailure(.digestMismatch, naming: "damaged") {
        try ImageArchive.read(from: directory("changed.tar"), into: root)
      }
    }
  }

  @Test func `a damaged store gives no archive`() throws {
    let layer = try store.manifest(of: image).layers[0].digest
    try store.remove(layer)
    expectFailure(.notFound, naming: layer.hex) {
      try ImageArchive.write(image, references: [], from: store, to: directory("x.tar"))
    }
    try write("something else", to: store.path(of: layer))
    expectFailure(.digestMismatch, naming: layer.hex) {
      try ImageArchive.write(image, references: [], from: store, to: directory("x.tar"))
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path.string)
    #expect(left.sorted() == ["blobs", "out"])
  }

  func expectFailure(
    _ code: OCIError.Code?, naming part: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> some Any
  ) {
    do {
      _ = try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as OCIError {
      if let code { #expect(error.code == code, "\(error)", sourceLocation: sourceLocation) }
      #expect(error.message.contains(part), sourceLocation: sourceLocation)
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
  }
}
