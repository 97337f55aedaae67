import OCI
import SystemPackage
import TestSupport
import Testing

@testable import Engine

@Suite struct FileTreeTests {
  @Test func `a tree is removed whatever its permissions are, and no link is followed`() throws {
    try TemporaryDirectory.with { root in
      try root.pushing("outside/file").write("stays")
      try root.pushing("tree/a/b/c").write("goes")
      try link(root.pushing("tree/link"), to: root.appending("outside"))
      try setMode(0o555, of: root.pushing("tree/a/b"))
      try setMode(0, of: root.pushing("tree/a"))
      FileTree.remove(root.appending("tree"))
      #expect(!exists(root.appending("tree")))
      #expect(try root.pushing("outside/file").readText() == "stays")
      FileTree.remove(root.appending("tree"))
    }
  }

  @Test func `a copy has the same content, modes and links`() throws {
    try TemporaryDirectory.with { root in
      let tree = root.appending("tree")
      try tree.pushing("a/file").write("content")
      try setMode(0o751, of: tree.pushing("a/file"))
      try makeDirectory(tree.appending("empty"))
      try link(tree.appending("link"), to: "a//file")
      try tree.pushing(name([0xFF])).write("odd")
      try makePipe(tree.appending("pipe"))
      try setMode(0o500, of: tree.appending("a"))
      let copy = root.appending("copy")
      try FileTree.copy(tree, to: copy)
      #expect(try copy.pushing("a/file").readText() == "content")
      #expect(try FileStatus(of: copy.pushing("a/file")).permissions == 0o751)
      #expect(try FileStatus(of: copy.appending("a")).permissions == 0o500)
      #expect(try OCI.SymbolicLink.target(of: copy.appending("link")) == Array("a//file".utf8))
      #expect(exists(copy.pushing(name([0xFF]))))
      #expect(!exists(copy.appending("pipe")))
    }
  }

  @Test func `a copy overwrites nothing`() throws {
    try TemporaryDirectory.with { root in
      try root.appending("a").write("new")
      try root.appending("b").write("old")
      #expect(throws: Errno.fileExists) { try FileTree.copy(root.appending("a"), to: root.appending("b")) }
      #expect(try root.appending("b").readText() == "old")
    }
  }

  @Test func `a tree can be copied into itself when that part is left out`() throws {
    try TemporaryDirectory.with { root in
      try root.appending("file").write("content")
      let state = root.appending("state")
      try makeDirectory(state)
      try FileTree.copy(root, to: state.appending("copy"), excluding: state)
      #expect(try names(in: state.appending("copy")) == [Array("file".utf8)])
    }
  }

  @Test func `names are listed by their bytes`() throws {
    try TemporaryDirectory.with { root in
      for bytes: [UInt8] in [[0x62], [0x61], [0xFF], [0x41], Array("é".utf8)] {
        try root.pushing(name(bytes)).write("")
      }
      let listed = try names(in: root)
      #expect(listed == [[0x41], [0x61], [0x62], Array("é".utf8), [0xFF]])
    }
  }

  @Test func `names of any bytes are spelt in plain characters, and read back`() {
    for byte in UInt8(1)...255 {
      let text = PercentEncoding.encode([byte])
      #expect(PercentEncoding.decode(text) == [byte])
      #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }
    for text in ["%", "%4", "%4g", "%ag", "a%"] { #expect(PercentEncoding.decode(text) == nil) }
  }
}
