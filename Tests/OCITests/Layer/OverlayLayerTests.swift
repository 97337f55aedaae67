import Foundation
import Glibc
import Model
import OCI
import SystemPackage
import Testing

struct OverlayLayerTests {
  let directory: TemporaryDirectory
  let store: BlobStore

  init() throws {
    directory = try TemporaryDirectory()
    store = BlobStore(root: directory("blobs"))
  }

  func entries(of upper: FilePath, excluding: Set<FilePath> = []) throws -> [LayerEntry] {
    let writer = try LayerWriter(into: store, modificationTime: 0)
    try writer.add(overlayUpper: upper, excluding: excluding)
    let layer = try writer.finish()
    let reader = try LayerReader(layer.descriptor, in: store)
    var entries = [LayerEntry]()
    while let entry = try reader.next() { entries.append(entry) }
    return entries
  }

  @Test func `files, links and directories come in the order of their names`() throws {
    let upper = directory("upper")
    try write("b", to: upper.appending("b"))
    try write("in a", to: upper.pushing("a/z"))
    try write("after a", to: upper.appending("a.txt"))
    try FileManager.default.linkItem(atPath: upper.appending("b").string, toPath: upper.pushing("a/b-again").string)
    #expect(symlink("b//", upper.appending("c").string) == 0)
    let found = try entries(of: upper)
    #expect(found.map(\.path.string) == ["a", "a/b-again", "a/z", "a.txt", "b", "c"])
    #expect(found[1].kind == .file(size: 1))
    #expect(found[4].kind == .hardLink(target: "a/b-again"))
    #expect(found[5].kind == .symbolicLink(target: Array("b//".utf8)))
  }

  @Test func `what is excluded is left out with everything below it`() throws {
    let upper = directory("upper")
    try write("1", to: upper.pushing("etc/resolv.conf"))
    try write("2", to: upper.pushing("proc/self/x"))
    let found = try entries(of: upper, excluding: ["etc/resolv.conf", "proc"])
    #expect(found.map(\.path.string) == ["etc"])
  }

  @Test(.enabled(if: isRootOfMachine, "needs root to make devices and trusted attributes"))
  func `removals become whiteouts`() throws {
    let upper = directory("upper")
    try write("new", to: upper.pushing("dir/new"))
    #expect(mknod(upper.appending("gone").string, S_IFCHR, 0) == 0)
    #expect(mknod(upper.appending("null").string, S_IFCHR | 0o666, 0x103) == 0)
    try ExtendedAttributes.set("trusted.overlay.opaque", to: Array("y".utf8), at: upper.appending("dir"))
    try ExtendedAttributes.set("trusted.overlay.origin", to: [1], at: upper.appending("dir"))
    try ExtendedAttributes.set("trusted.overlay.impure", to: [1], at: upper.pushing("dir/new"))
    let found = try entries(of: upper)
    #expect(found.map(\.path.string) == ["dir", "dir/.wh..wh..opq", "dir/new", ".wh.gone", "null"])
    #expect(found.map(\.extendedAttributes) == [[:], [:], [:], [:], [:]])
    #expect(found[4].kind == .characterDevice(major: 1, minor: 3))
    #expect(found[1].whiteout == .empties("dir"))
    #expect(found[3].whiteout == .removes("gone"))
  }

  @Test(.enabled(if: isRootOfMachine, "needs root for trusted attributes"))
  func `an upper directory that refers to lower ones is refused`() throws {
    let upper = directory("upper")
    try write("x", to: upper.pushing("moved/x"))
    try ExtendedAttributes.set("trusted.overlay.redirect", to: Array("old".utf8), at: upper.appending("moved"))
    #expect { try entries(of: upper) } throws: { ($0 as? OCIError)?.code == .unsupported }
  }

  @Test(.enabled(if: isRootOfMachine, "needs root for whiteouts"), arguments: [false, true])
  func `a layer that is unpacked and written again is the same`(usesUserAttributes: Bool) throws {
    let upper = directory("upper")
    try write("new", to: upper.pushing("dir/new"))
    try write("setuid", to: upper.pushing("bin/su"))
    #expect(chmod(upper.pushing("bin/su").string, 0o4755) == 0)
    #expect(chown(upper.pushing("dir/new").string, 12, 34) == 0)
    #expect(mknod(upper.appending("gone").string, S_IFCHR, 0) == 0)
    #expect(symlink("/dangling", upper.pushing("bin/link").string) == 0)
    #expect(lchown(upper.pushing("bin/link").string, 5, 6) == 0)
    let opaque = usesUserAttributes ? "user.overlay.opaque" : "trusted.overlay.opaque"
    try ExtendedAttributes.set(opaque, to: Array("y".utf8), at: upper.appending("dir"))
    let first = try LayerWriter(into: store, modificationTime: 7)
    try first.add(overlayUpper: upper)
    let layer = try first.finish()

    let out = directory("out")
    try out.createDirectories()
    try LayerExtractor(usesUserAttributes: usesUserAttributes)
      .extract(layer.descriptor, expecting: layer.diffID, from: store, to: out)
    let second = try LayerWriter(into: store, modificationTime: 7)
    try second.add(overlayUpper: out)
    #expect(try second.finish() == layer)
  }
}
