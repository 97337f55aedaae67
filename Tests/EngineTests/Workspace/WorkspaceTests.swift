import Engine
import SystemPackage
import TestSupport
import Testing

@Suite struct WorkspaceTests {
  @Test(arguments: [
    ("image.tar", "image.tar"), ("/harness/image.tar", "image.tar"), ("/harness", ""), ("/harness/", ""), (".", ""),
    ("./a/./b", "a/b"), ("a//b/", "a/b"), ("a/../b", "b"), ("a/b/../../c", "c"), ("/harness/a/../b", "b"),
    ("not/there/yet.tar", "not/there/yet.tar"), ("/harness/./harness/x", "harness/x"), (" spaced ", " spaced "),
    ("..name", "..name"), ("a/...", "a/..."), ("~/x", "~/x"),
    // Through links that stay inside.
    ("inside", "a"), ("inside/x", "a/x"), ("inside/../x", "x"), ("absolute/x", "a/x"), ("deep/back/x", "x"),
    ("chain/x", "a/x"), ("top/x", "x"), ("dangling/x", "nowhere/x"),
  ])
  func `paths mean the workspace`(_ written: String, _ expected: String) throws {
    try Self.withWorkspace { workspace in
      let resolved = try workspace.resolve(written)
      #expect(resolved == workspace.directory.pushing(FilePath(expected)))
      #expect(workspace.relative(resolved) == expected)
    }
  }

  @Test(arguments: [
    ("", WorkspaceError.Code.empty), ("a\0b", .notAPath), ("..", .outside), ("../x", .outside), ("a/../../x", .outside),
    ("/", .outside), ("/etc/passwd", .outside), ("/harness/../x", .outside), ("/harness/../harness/x", .outside),
    ("/harnessed/x", .outside), ("//harness/../x", .outside), ("/harness/a/../../etc", .outside),
    // A link that climbs, at the end, in the middle, or by way of others.
    ("climbing", .outside), ("climbing/x", .outside), ("deep/climbing/x", .outside), ("inside/../../x", .outside),
    ("away", .linkLeadsOutside), ("away/passwd", .linkLeadsOutside), ("chainAway/x", .linkLeadsOutside),
    ("sneaky", .outside), ("loop", .tooManyLinks), ("loop/x", .tooManyLinks), ("ping/x", .tooManyLinks),
  ])
  func `whatever leads out of the workspace is refused`(_ written: String, _ code: WorkspaceError.Code) throws {
    try Self.withWorkspace { workspace in
      let error = #expect(throws: WorkspaceError.self) { try workspace.resolve(written) }
      #expect(error?.code == code)
      #expect(error?.path == written)
    }
  }

  @Test func `messages name the path as it was written`() throws {
    try Self.withWorkspace { workspace in
      let error = #expect(throws: WorkspaceError.self) { try workspace.resolve("../x") }
      #expect(
        error?.message == "‘../x’ leads out of the workspace: paths are relative to /harness, or start with it")
    }
  }

  @Test func `a link whose target is no UTF-8 is followed all the same`() throws {
    try Self.withWorkspace { workspace in
      let target = FilePath(platformString: [CChar(bitPattern: 0xFF), 0x78, 0])
      try link(workspace.directory.appending("odd"), to: target)
      #expect(try workspace.resolve("odd/y") == workspace.directory.pushing(target).appending("y"))
    }
  }

  private static func withWorkspace(_ work: (Workspace) throws -> Void) throws {
    try TemporaryDirectory.with { root in
      let directory = root.appending("workspace")
      try directory.pushing("a/x").write("content")
      try directory.pushing("deep/file").write("content")
      try root.appending("secret").write("not for the pipeline")
      for (name, target) in [
        ("inside", "a"), ("absolute", "/harness/a"), ("deep/back", ".."), ("chain", "inside"), ("top", "/harness"),
        ("dangling", "nowhere"), ("climbing", ".."), ("deep/climbing", "../../secret"), ("away", "/etc"),
        ("chainAway", "away"), ("sneaky", "/harness/../secret"), ("loop", "loop"), ("ping", "pong"), ("pong", "ping"),
      ] {
        try link(directory.pushing(FilePath(name)), to: FilePath(target))
      }
      try work(Workspace(directory: directory))
    }
  }
}
