import Glibc
package import Model
import OCI
package import SystemPackage

/// Reads the local codebase, which stands for the repository that Harness would clone.
package struct CodebaseReader: Sendable {
  private let commands: any CommandRunner
  private let environment: [String: String]

  /// - Parameter environment: what git is started with.
  package init(commands: any CommandRunner, environment: [String: String]) {
    self.commands = commands
    self.environment = environment
  }

  /// The top of the git repository that a directory lies in; nil outside of one, or without git.
  package func repository(around directory: FilePath) async throws -> FilePath? {
    guard mayBeInRepository(directory), isGitThere else { return nil }
    let answer = try await git(["rev-parse", "--show-toplevel"], in: directory)
    return answer.exit.isSuccess ? FilePath(Self.line(answer.standardOutput)) : nil
  }

  /// What git says about the directory; outside of a repository only the directory itself.
  ///
  /// - Parameter excluding: a directory whose files do not count as changed.
  package func state(of directory: FilePath, excluding excluded: FilePath? = nil) async throws -> CodebaseState {
    guard isGitThere else { return CodebaseState(directory: directory.string) }
    let format = "%H%x00%ct%x00%an%x00%ae%x00%s"
    async let log = git(["log", "-1", "--format=" + format], in: directory)
    async let head = git(["symbolic-ref", "--quiet", "--short", "HEAD"], in: directory)
    async let tag = git(["describe", "--exact-match", "--tags", "HEAD"], in: directory)
    async let target = git(["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"], in: directory)
    async let base = git(["merge-base", "HEAD", "refs/remotes/origin/HEAD"], in: directory)
    async let remote = git(["config", "--get", "remote.origin.url"], in: directory)
    let scope =
      ["."] + (excluded.flatMap { Self.relative($0, to: directory) }.map { [":(exclude,literal)" + $0.string] } ?? [])
    async let changes = git(["status", "--porcelain", "-z", "--untracked-files=all", "--"] + scope, in: directory)
    let (logAnswer, headAnswer, remoteAnswer, changesAnswer) = try await (log, head, remote, changes)
    let (tagAnswer, targetAnswer, baseAnswer) = try await (tag, target, base)
    guard logAnswer.exit.isSuccess else { return CodebaseState(directory: directory.string) }
    let fields = Self.line(logAnswer.standardOutput).split(separator: "\0", omittingEmptySubsequences: false).map(
      String.init)
    func field(_ index: Int) -> String? { index < fields.count && !fields[index].isEmpty ? fields[index] : nil }
    return CodebaseState(
      directory: directory.string,
      commit: field(0),
      branch: headAnswer.exit.isSuccess ? Self.line(headAnswer.standardOutput) : nil,
      remote: remoteAnswer.exit.isSuccess ? Self.withoutCredentials(Self.line(remoteAnswer.standardOutput)) : nil,
      commitDate: field(1).flatMap(Int64.init),
      commitMessage: field(4),
      authorName: field(2),
      authorEmail: field(3),
      changedFiles: changesAnswer.exit.isSuccess ? Self.changedFiles(changesAnswer.standardOutput) : [],
      tag: tagAnswer.exit.isSuccess ? Self.line(tagAnswer.standardOutput) : nil,
      targetBranch: targetAnswer.exit.isSuccess ? Self.branch(ofRemote: Self.line(targetAnswer.standardOutput)) : nil,
      baseCommit: baseAnswer.exit.isSuccess ? Self.line(baseAnswer.standardOutput) : nil
    )
  }

  /// Fills an empty directory with the codebase: tracked files and untracked ones that are not ignored, as they are on disk.
  ///
  /// - Parameter excluding: a directory that is left out although it lies in the codebase: the one that runs leave things in.
  /// - Returns: how many files were copied.
  @discardableResult
  package func copy(
    _ directory: FilePath, to destination: FilePath, excluding excluded: FilePath? = nil
  ) async throws -> Int {
    try destination.createDirectories()
    let excluded = excluded.flatMap { Self.relative($0, to: directory) }.map(directory.pushing)
    guard let listing = try await listing(of: directory) else {
      let names = try DirectoryListing.names(in: directory).filter { $0 != ".git" }
      for name in names {
        try FileTree.copy(directory.appending(name), to: destination.appending(name), excluding: excluded)
      }
      return names.count
    }
    var count = 0
    var made: Set<FilePath> = []
    var isRealDirectory: [FilePath: Bool] = [:]
    func isBehindLink(_ parent: FilePath) -> Bool {
      guard parent != directory, parent.starts(with: directory) else { return false }
      if let known = isRealDirectory[parent] { return !known }
      let isLink = (try? FileStatus(of: parent))?.kind == .symbolicLink || isBehindLink(parent.removingLastComponent())
      isRealDirectory[parent] = !isLink
      return isLink
    }
    for name in listing.split(separator: 0) {
      let relative = FilePath(bytes: Array(name))
      let source = directory.pushing(relative)
      let target = destination.pushing(relative)
      if let excluded, source.starts(with: excluded) { continue }
      guard let status = try? FileStatus(of: source) else { continue }  // Tracked, and deleted on disk.
      // Tracked in a directory that a link has taken the place of: as good as deleted.
      if isBehindLink(source.removingLastComponent()) { continue }
      let parent = target.removingLastComponent()
      if made.insert(parent).inserted { try parent.createDirectories() }
      if status.kind == .directory, (try? FileStatus(of: source.appending(".git"))) == nil {
        // No repository of its own, so its files stand in the list themselves.
        try target.createDirectories()
        continue
      }
      try FileTree.copy(source, to: target, excluding: excluded)
      count += 1
    }
    return count
  }

  /// What git says belongs to the codebase, NUL-separated; nil outside of a repository, or without git.
  func listing(of directory: FilePath) async throws -> [UInt8]? {
    guard isGitThere else { return nil }
    let answer = try await git(
      ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], in: directory)
    return answer.exit.isSuccess ? answer.standardOutput : nil
  }

  /// Where a directory lies below another one, whatever links their paths go through; nil when it does not.
  static func relative(_ inner: FilePath, to outer: FilePath) -> FilePath? {
    guard var inner = real(inner), let outer = real(outer), inner != outer, inner.removePrefix(outer) else {
      return nil
    }
    return inner
  }

  private static func real(_ path: FilePath) -> FilePath? {
    guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }

  /// False where git could only say no: starting it takes as long as everything else before a run.
  private func mayBeInRepository(_ directory: FilePath) -> Bool {
    guard environment["GIT_DIR"] == nil, var place = Self.real(directory) else { return true }
    while true {
      // What cannot be looked at here, git cannot look at either.
      if (try? FileStatus(of: place.appending(".git"))) != nil { return true }
      guard place.removeLastComponent() else { return false }
    }
  }

  private var isGitThere: Bool { commands.locate("git", environment: environment) != nil }

  private func git(_ arguments: [String], in directory: FilePath) async throws -> CommandResult {
    // The repository may belong to somebody else, as it does inside a container: git would then refuse even to look.
    try await commands.run(
      ["git", "-c", "safe.directory=*", "--no-optional-locks"] + arguments, environment: environment,
      workingDirectory: directory)
  }

  /// `origin/main` is the branch `main`.
  private static func branch(ofRemote name: String) -> String {
    name.hasPrefix("origin/") ? String(name.dropFirst("origin/".count)) : name
  }

  private static func line(_ bytes: [UInt8]) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }

  /// `XY path`, NUL-separated; a rename is followed by its old path.
  private static func changedFiles(_ bytes: [UInt8]) -> [String] {
    var files = [String]()
    var entries = bytes.split(separator: 0)[...]
    while let entry = entries.popFirst() {
      guard entry.count > 3 else { continue }
      files.append(String(decoding: entry.dropFirst(3), as: UTF8.self))
      if entry.prefix(2).contains(where: { $0 == UInt8(ascii: "R") || $0 == UInt8(ascii: "C") }) {
        _ = entries.popFirst()
      }
    }
    return files.sorted()
  }

  /// A remote's URL may carry a token; it would end up in the ledger.
  private static func withoutCredentials(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let host = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let at = rest[..<host].lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
  }
}

extension StringProtocol {
  fileprivate func range(of needle: String) -> Range<Index>? {
    indices.first { self[$0...].hasPrefix(needle) }.map { $0..<index($0, offsetBy: needle.count) }
  }
}
