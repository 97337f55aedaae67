import Glibc
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

struct RealLayerTests {
  @Test(
    .enabled(if: SharedData.isPresent, "needs ../shared/images/alpine-310.tar.gz"),
    .enabled(if: Peer.isUsable("gzip"), "needs gzip"),
    .enabled(if: geteuid() == 0, "needs root for the owners of the files"))
  func `a distribution's files are unpacked and written again without a difference`() throws {
    let directory = try TemporaryDirectory()
    let store = BlobStore(root: directory("blobs"))
    let archive = try #require(SharedData.directory).pushing("images/alpine-310.tar.gz")
    #expect { try ImageArchive.read(from: archive, into: store) } throws: { ($0 as? OCIError)?.code == .unsupported }
    let plain = directory("alpine.tar")
    try Program.run("sh", ["-c", #"gzip -dc < "$0" > "$1""#, archive.string, plain.string])
    let image = try ImageArchive.read(from: plain, into: store).image
    let layer = try #require(store.manifest(of: image).layers.first)
    let diffID = try #require(store.configuration(of: image).rootfs.diffIDs.first)
    let read = try LayerReader(layer, in: store)
    var names = Set<FilePath>()
    while let entry = try read.next() { names.insert(entry.path) }
    #expect(names.contains("etc/alpine-release"))
    #expect(try read.finish().diffID == diffID)

    let out = directory("out")
    try out.createDirectories()
    try LayerExtractor().extract(layer, expecting: diffID, from: store, to: out)
    let first = try LayerWriter(into: store, modificationTime: 0)
    try first.add(overlayUpper: out)
    let written = try first.finish()

    let again = directory("again")
    try again.createDirectories()
    try LayerExtractor().extract(written.descriptor, expecting: written.diffID, from: store, to: again)
    let second = try LayerWriter(into: store, modificationTime: 0)
    try second.add(overlayUpper: again)
    #expect(try second.finish() == written)
    #expect(try text(again.pushing("etc/alpine-release")).hasPrefix("3."))
  }
}
