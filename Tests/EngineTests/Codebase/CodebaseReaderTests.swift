import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct CodebaseReaderTests {
  private static let reader = CodebaseReader(commands: HostCommands(), environment: HostCommands.environment)
  /// Without a PATH there is no git.
  private static let withoutGit = CodebaseReader(commands: HostCommands(), environment: [:])

  private static func git(_ arguments: String..., in directory: FilePath) async throws {
    let result = try await HostCommands().run(
      ["git"] + arguments, environment: HostCommands.environment, workingDirectory: directory)
    try #require(result.exit.isSuccess, "git \(arguments): \(String(decoding: result.standardError, as: UTF8.self))")
  }

  /// A repository with one commit.
  private static func withRepository(_ work: (FilePath, FilePath) async throws -> Void) async throws {
    try await TemporaryDirectory.with { root in
      let repository = root.appending("repository")
      try makeDirectory(repository)
      try await git("init", "--quiet", "--initial-branch=trunk", in: repository)
      try repository.appending(".gitignore").write("ignored/\n*.log\n")
      try repository.appending("README").write("read me\n")
      try repository.pushing("src/deep/tool.sh").write("#!/bin/sh\n")
      try setMode(0o755, of: repository.pushing("src/deep/tool.sh"))
      try link(repository.appending("link"), to: "src/deep")
      try repository.appending("to be deleted").write("x")
      try await git("add", "--all", in: repository)
      try await git("commit", "--quiet", "--message", "Say “hi”: <+it>\n\nand more", in: repository)
      try await work(repository, root.appending("copy"))
    }
  }

  /// Every file and link below a directory, sorted.
  private static func files(in directory: FilePath, _ prefix: String = "") throws -> [String] {
    try DirectoryListing.names(in: directory).flatMap { name -> [String] in
      let path = prefix + name.string
      guard try FileStatus(of: directory.appending(name)).kind == .directory else { return [path] }
      let below = try files(in: directory.appending(name), path + "/")
      return below.isEmpty ? [path + "/"] : below
    }.sorted()
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `git says which commit it is and what has changed since`() async throws {
    try await Self.withRepository { repository, _ in
      try await Self.git("remote", "add", "origin", "https://user:t0ken@git.example/team/app.git", in: repository)
      try repository.appending("README").write("changed\n")
      try repository.pushing("new/file \"odd\"\n").write("x")
      try repository.appending("noise.log").write("x")
      FileTree.remove(repository.appending("to be deleted"))
      try await Self.git("mv", "src/deep/tool.sh", "src/renamed.sh", in: repository)
      let state = try await Self.reader.state(of: repository)
      #expect(state.directory == repository.string)
      #expect(state.commit?.count == 40)
      #expect(state.branch == "trunk")
      #expect(state.remote == "https://git.example/team/app.git")
      #expect(state.commitDate == 1_772_000_000)
      #expect(state.commitMessage == "Say “hi”: <+it>")
      #expect(state.authorName == "Zoë")
      #expect(state.authorEmail == "zoe@example.com")
      #expect(state.changedFiles == ["README", "new/file \"odd\"\n", "src/renamed.sh", "to be deleted"])
    }
  }

  @Test(
    .enabled(if: Peer.isUsable("git"), "git judges the codebase"),
    arguments: [
      ("https://git.example/app", "https://git.example/app"),
      ("https://token@git.example/app", "https://git.example/app"),
      ("https://a:b@c@git.example/x@y", "https://git.example/x@y"),
      ("git@git.example:team/app", "git@git.example:team/app"),
      ("ssh://git@git.example:22/app", "ssh://git.example:22/app"), ("/srv/git/app", "/srv/git/app"),
    ])
  func `a remote's credentials go nowhere`(_ url: String, _ shown: String) async throws {
    try await Self.withRepository { repository, _ in
      try await Self.git("remote", "add", "origin", url, in: repository)
      #expect(try await Self.reader.state(of: repository).remote == shown)
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `a detached head has no branch, and a clean tree no changes`() async throws {
    try await Self.withRepository { repository, _ in
      try await Self.git("checkout", "--quiet", "--detach", in: repository)
      let state = try await Self.reader.state(of: repository)
      #expect(state.branch == nil)
      #expect(state.commit != nil)
      #expect(state.remote == nil)
      #expect(state.changedFiles == [])
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `a repository without a commit, and a directory outside of one, say nothing`() async throws {
    try await TemporaryDirectory.with { root in
      try await Self.git("init", "--quiet", in: root)
      #expect(try await Self.reader.state(of: root) == CodebaseState(directory: root.string))
    }
    try await TemporaryDirectory.with { root in
      let state = try await Self.reader.state(of: root)
      #expect(state == CodebaseState(directory: root.string))
      let repository = try await Self.reader.repository(around: root)
      #expect(repository == nil)
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `the repository around a directory is found`() async throws {
    try await Self.withRepository { repository, _ in
      let found = try await Self.reader.repository(around: repository.pushing("src/deep"))
      #expect(found == repository)
      let without = try await Self.withoutGit.repository(around: repository)
      #expect(without == nil)
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `a copy has what is tracked and what is new, as it is on disk, and nothing that is ignored`() async throws {
    try await Self.withRepository { repository, copy in
      try repository.appending("README").write("changed\n")
      try repository.pushing("new/file").write("x")
      try repository.pushing("ignored/big").write("x")
      try repository.appending("noise.log").write("x")
      FileTree.remove(repository.appending("to be deleted"))
      let count = try await Self.reader.copy(repository, to: copy)
      #expect(try Self.files(in: copy) == [".gitignore", "README", "link", "new/file", "src/deep/tool.sh"])
      #expect(count == 5)
      #expect(try copy.appending("README").readText() == "changed\n")
      #expect(try FileStatus(of: copy.pushing("src/deep/tool.sh")).permissions == 0o755)
      #expect(try FileStatus(of: copy.appending("link")).kind == .symbolicLink)
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `part of a repository is copied as the whole`() async throws {
    try await Self.withRepository { repository, copy in
      try await Self.reader.copy(repository.appending("src"), to: copy)
      #expect(try Self.files(in: copy) == ["deep/tool.sh"])
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `files that changed their kind since the commit are copied as they are now`() async throws {
    try await Self.withRepository { repository, copy in
      // A file that is a directory now, and a directory that is a link now.
      FileTree.remove(repository.appending("README"))
      try repository.pushing("README/part").write("x")
      try repository.pushing("elsewhere/tool.sh").write("another tool")
      FileTree.remove(repository.pushing("src/deep"))
      try link(repository.pushing("src/deep"), to: "../elsewhere")
      try await Self.reader.copy(repository, to: copy)
      #expect(
        try Self.files(in: copy) == [
          ".gitignore", "README/part", "elsewhere/tool.sh", "link", "src/deep", "to be deleted",
        ])
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `a repository inside the repository is copied with its own history`() async throws {
    try await Self.withRepository { repository, copy in
      let inner = repository.appending("inner")
      try makeDirectory(inner)
      try await Self.git("init", "--quiet", in: inner)
      try inner.appending("file").write("x")
      try await Self.reader.copy(repository, to: copy)
      #expect(try copy.pushing("inner/file").readText() == "x")
      #expect(exists(copy.pushing("inner/.git")))
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"), arguments: [true, false])
  func `what runs leave in the codebase is no part of it`(_ usesGit: Bool) async throws {
    try await Self.withRepository { repository, _ in
      let reader = usesGit ? Self.reader : Self.withoutGit
      let state = repository.appending("state")
      try state.pushing("slipway.sqlite").write("x")
      let destination = state.pushing("runs/1/workspaces/s")
      try await reader.copy(repository, to: destination, excluding: state)
      let files = try Self.files(in: destination)
      #expect(files.contains("README"))
      #expect(!files.contains { $0.hasPrefix("state") || $0.hasPrefix(".git/") })
      if usesGit {
        #expect(try await reader.state(of: repository, excluding: state).changedFiles == [])
        #expect(try await reader.state(of: repository).changedFiles != [])
      }
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git judges the codebase"))
  func `that holds when the codebase is reached through a link`() async throws {
    try await Self.withRepository { repository, copy in
      let state = repository.appending("state")
      try state.appending("slipway.sqlite").write("x")
      let alias = copy.removingLastComponent().appending("alias")
      try link(alias, to: repository)
      try await Self.reader.copy(alias, to: copy, excluding: state)
      #expect(try !Self.files(in: copy).contains { $0.hasPrefix("state") })
      #expect(try await Self.reader.state(of: alias, excluding: state).changedFiles == [])
    }
  }

  @Test func `without git everything is copied but git's own directory`() async throws {
    try await TemporaryDirectory.with { root in
      try root.pushing("code/a/b").write("x")
      try root.pushing("code/.git/config").write("x")
      try root.pushing("code/.hidden").write("x")
      try await Self.withoutGit.copy(root.appending("code"), to: root.appending("copy"))
      #expect(try Self.files(in: root.appending("copy")) == [".hidden", "a/b"])
    }
  }
}
