import Foundation
import Glibc
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct LayerExtractorTests {
  let directory: TemporaryDirectory
  let store: BlobStore
  let out: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
    out = directory("jail/out")
    try out.createDirectories()
    try write("secret", to: directory("jail/secret"))
  }

  @discardableResult
  func extract(_ layer: LayerBlob) throws -> LayerExtractor.Result {
    try LayerExtractor().extract(layer.descriptor, expecting: layer.diffID, from: store, to: out)
  }

  func extract(_ entries: [LayerEntry]) throws {
    try extract(SampleImage.layer(entries, in: store))
  }

  /// Stores a file as a layer, whatever it is.
  func layer(_ bytes: [UInt8], diffID: Digest? = nil) throws -> LayerBlob {
    let digest = try store.put(bytes)
    let descriptor = Descriptor(mediaType: .ociLayerGzip, digest: digest, size: Int64(bytes.count))
    return LayerBlob(descriptor: descriptor, diffID: diffID ?? digest, uncompressedSize: 0)
  }

  @Test func `modes and times are set, those of directories last`() throws {
    try extract([
      LayerEntry(path: "d", kind: .directory, permissions: 0o1500),
      LayerEntry(path: "d/f", kind: .file(size: 4), permissions: 0o640),
      LayerEntry(path: "implicit/parent/f", kind: .file(size: 0), permissions: 0o600),
    ])
    let d = try FileStatus(of: out.appending("d"))
    #expect(d.permissions == 0o1500)
    #expect(d.modified == 1_000_000 * 1_000_000_000)
    let f = try FileStatus(of: out.pushing("d/f"))
    #expect(f.permissions == 0o640)
    #expect(f.modified == 1_000_000 * 1_000_000_000)
    #expect(try text(out.pushing("d/f")) == "xxxx")
    #expect(try FileStatus(of: out.pushing("implicit/parent")).permissions == 0o755)
  }

  @Test func `directories that are only implied are told`() throws {
    let layer = try SampleImage.layer(
      [
        LayerEntry(path: "a/b/f", kind: .file(size: 1), permissions: 0o644),
        LayerEntry(path: "a", kind: .directory, permissions: 0o700),
        LayerEntry(path: "c/d", kind: .directory, permissions: 0o755),
      ], in: store)
    #expect(try extract(layer).impliedDirectories == ["a/b", "c"])
  }

  @Test func `the digest of the content is checked`() throws {
    let entry = LayerEntry(path: "f", kind: .file(size: 4), permissions: 0o640)
    let layer = try SampleImage.layer([entry], in: store)
    #expect {
      try LayerExtractor().extract(layer.descriptor, expecting: Digest(of: [1]), from: store, to: out)
    } throws: {
      ($0 as? OCIError)?.code == .digestMismatch
    }
  }

  @Test(arguments: ["/", "../", "../../", "a/../../"])
  func `a link to outside does not lead out`(prefix: String) throws {
    // Inside, the link means a path below the root: that is where the file goes.
    try extract([
      LayerEntry(path: "a", kind: .directory, permissions: 0o755),
      LayerEntry(
        path: "escape", kind: .symbolicLink(target: Array((prefix + "target").utf8)), permissions: 0o777),
      LayerEntry(path: "target", kind: .directory, permissions: 0o755),
      LayerEntry(path: "escape/file", kind: .file(size: 1), permissions: 0o644),
    ])
    #expect(try text(out.pushing("target/file")) == "x")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory("jail").string).sorted() == ["out", "secret"])
  }

  @Test func `a file in the place of a link replaces the link`() throws {
    try extract([
      LayerEntry(path: "f", kind: .symbolicLink(target: Array("../secret".utf8)), permissions: 0o777),
      LayerEntry(path: "f", kind: .file(size: 2), permissions: 0o644),
    ])
    #expect(try text(directory("jail/secret")) == "secret")
    #expect(try FileStatus(of: out.appending("f")).kind == .file)
  }

  @Test func `a hard link to a link that points outside links the link`() throws {
    try extract([
      LayerEntry(path: "s", kind: .symbolicLink(target: Array("../secret".utf8)), permissions: 0o777),
      LayerEntry(path: "h", kind: .hardLink(target: "s"), permissions: 0o644),
      LayerEntry(path: "h", kind: .file(size: 3), permissions: 0o644),
    ])
    #expect(try text(directory("jail/secret")) == "secret")
  }

  @Test func `links in a circle end in an error`() throws {
    #expect {
      try extract([
        LayerEntry(path: "a", kind: .symbolicLink(target: Array("b".utf8)), permissions: 0o777),
        LayerEntry(path: "b", kind: .symbolicLink(target: Array("a".utf8)), permissions: 0o777),
        LayerEntry(path: "a/f", kind: .file(size: 1), permissions: 0o644),
      ])
    } throws: {
      ($0 as? OCIError)?.code == .unsafePath
    }
  }

  @Test(
    .enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"),
    arguments: ["../evil", "a/../../evil", "/../evil"])
  func `a member whose name leads out is refused`(name: String) throws {
    try write("evil", to: directory("f"))
    let tar = directory("evil.tar")
    try Program.run("bsdtar", ["-cPf", tar.string, "-s", "|.*|\(name)|", "f"], in: directory.path)
    let layer = try layer(read(tar))
    #expect { try extract(layer) } throws: { ($0 as? OCIError)?.code == .unsafePath }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory("jail").string).sorted() == ["out", "secret"])
  }

  @Test(.enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"))
  func `absolute names and absolute hard links stay inside`() throws {
    try write("inside", to: directory("src/one"))
    try FileManager.default.linkItem(atPath: directory("src/one").string, toPath: directory("src/two").string)
    let tar = directory("absolute.tar")
    try Program.run(
      "bsdtar", ["-cPf", tar.string, "--uid", "0", "--gid", "0", "-s", "|^|/|", "one", "two"], in: directory("src"))
    try extract(layer(read(tar)))
    #expect(try text(out.appending("two")) == "inside")
    #expect(try FileStatus(of: out.appending("one")).linkCount == 2)
  }

  @Test func `a hard link to what is not there is refused`() throws {
    #expect {
      try extract([LayerEntry(path: "h", kind: .hardLink(target: "etc/passwd"), permissions: 0o644)])
    } throws: {
      ($0 as? OCIError)?.code == .notFound || ($0 as? OCIError)?.code == .corrupt
    }
  }

  @Test func `a file cannot be a directory's parent`() throws {
    #expect {
      try extract([
        LayerEntry(path: "f", kind: .file(size: 1), permissions: 0o644),
        LayerEntry(path: "f/g", kind: .file(size: 1), permissions: 0o644),
      ])
    } throws: {
      ($0 as? OCIError)?.code == .corrupt
    }
  }

  @Test func `a directory that becomes a file loses what was in it`() throws {
    try extract([
      LayerEntry(path: "d/e/f", kind: .file(size: 1), permissions: 0o644),
      LayerEntry(path: "d", kind: .file(size: 2), permissions: 0o644),
    ])
    #expect(try text(out.appending("d")) == "xx")
  }

  @Test(.enabled(if: isRootOfMachine, "needs root for whiteouts and owners"))
  func `removals are in the overlay's form`() throws {
    let marker = { LayerEntry(path: FilePath($0), kind: .file(size: 0), permissions: 0o644) }
    try extract([
      marker("a/.wh.gone"), marker("b/.wh..wh..opq"),
      LayerEntry(path: "c", kind: .directory, permissions: 0o755, userID: 7, groupID: 8), marker(".wh.c"),
      marker(".wh.d"), LayerEntry(path: "d", kind: .directory, permissions: 0o755),
      marker(".wh.e"), LayerEntry(path: "e", kind: .file(size: 1), permissions: 0o644),
      LayerEntry(path: "link", kind: .symbolicLink(target: Array("x".utf8)), permissions: 0o777, userID: 3, groupID: 4),
    ])
    let gone = try FileStatus(of: out.pushing("a/gone"))
    #expect(gone.kind == .characterDevice)
    #expect([gone.deviceMajor, gone.deviceMinor] == [0, 0])
    for name in ["b", "c", "d"] {
      let value = try ExtendedAttributes.value(of: "trusted.overlay.opaque", at: out.appending(name))
      #expect(value == Array("y".utf8), "\(name)")
    }
    #expect(try FileStatus(of: out.appending("c")).userID == 7)
    #expect(try text(out.appending("e")) == "x")
    #expect(try FileStatus(of: out.appending("link")).groupID == 4)
  }

  @Test func `a truncated layer is noticed, wherever it ends`() throws {
    let body = (0..<200_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let writer = try LayerWriter(into: store, modificationTime: 0)
    try writer.add(SampleImage.file("f", body), contents: .bytes(body))
    let whole = try store.read(writer.finish().descriptor.digest)
    for length in [5, 11, 500, 70_000, whole.count / 2, whole.count - 9, whole.count - 8, whole.count - 1] {
      let layer = try layer(Array(whole.prefix(length)))
      #expect(throws: OCIError.self, "\(length) of \(whole.count) bytes") { try extract(layer) }
    }
  }

  @Test func `damaged bytes are noticed`() throws {
    let body = (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let writer = try LayerWriter(into: store, modificationTime: 0)
    try writer.add(SampleImage.file("f", body), contents: .bytes(body))
    let good = try writer.finish()
    var bytes = try store.read(good.descriptor.digest)
    bytes[bytes.count / 2] ^= 0x40
    let bad = try layer(bytes, diffID: good.diffID)
    #expect(throws: OCIError.self) { try extract(bad) }
  }

  @Test(
    .enabled(if: Peer.isUsable("bsdtar"), "needs bsdtar (libarchive-tools)"),
    arguments: ["--no-auto-compress", "--gzip", "--zstd", "--xz", "--bzip2"])
  func `layers are read whatever compresses them`(option: String) throws {
    try write("content", to: directory("src/deep/file"))
    let tar = directory("layer.tar")
    let options = option == "--no-auto-compress" ? [] : [option]
    try Program.run(
      "bsdtar", ["-cf", tar.string, "--uid", "0", "--gid", "0"] + options + ["-C", directory("src").string, "."])
    let uncompressed = directory("plain.tar")
    try Program.run(
      "bsdtar", ["-cf", uncompressed.string, "--uid", "0", "--gid", "0", "-C", directory("src").string, "."])
    let result = try extract(layer(read(tar), diffID: Digest.ofFile(at: uncompressed).digest))
    #expect(result.diffID == (try Digest.ofFile(at: uncompressed).digest))
    #expect(try text(out.pushing("deep/file")) == "content")
  }

  @Test(.enabled(if: Peer.isUsable("gzip"), "needs gzip"))
  func `several gzip members after each other are one layer`() throws {
    let plain = directory("plain.tar")
    let writer = try LayerWriter(into: store, modificationTime: 0)
    let body = [UInt8](repeating: 65, count: 100_000)
    try writer.add(SampleImage.file("f", body), contents: .bytes(body))
    let single = try writer.finish()
    try Program.run(
      "sh",
      [
        "-c", #"gzip -dc < "$0" > "$1"; (head -c 700 "$1" | gzip -n; tail -c +701 "$1" | gzip -n) > "$1.gz""#,
        store.path(of: single.descriptor.digest).string, plain.string,
      ])
    try extract(layer(read(FilePath(plain.string + ".gz")), diffID: single.diffID))
    #expect(try read(out.appending("f")) == body)
  }
}
