import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

/// The mounts of a RUN, their sources found, and what the layer cache has to know of them.
struct MountPlan {
  enum Source {
    /// A part of the context, a stage or an image.
    case tree(SourceTree, LayeredFileSystem.Node, isReadOnly: Bool)
    case cache(RunMount.Cache, initial: (SourceTree, LayeredFileSystem.Node)?)
    case temporary(sizeInBytes: Int?)
    case file([UInt8], permissions: UInt16, userID: UInt32, groupID: UInt32)
  }

  struct Entry {
    let source: Source
    /// Absolute.
    let target: FilePath
  }

  var entries: [Entry] = []
  /// Secrets that are wanted as variables.
  var variables: [String: String] = [:]
  /// Secrets' content is no part of it.
  var key: [String] = []
}

extension StageBuilder {
  func resolve(_ request: MountRequest, _ instruction: Instruction) throws -> RunMount {
    let expansion = WordExpansion(escape: instruction.escape)
    let variables = state.variables.all
    do {
      return try request.resolved { (word) throws(DockerfileError) in
        try expansion.word(word, variables: variables)
      }
    } catch {
      throw ImageBuildError.mistake(.invalidWord, error.message, at: instruction.span, help: error.help)
    }
  }

  func planMounts(
    _ mounts: [RunMount], script: (path: FilePath, content: [UInt8])?, _ instruction: Instruction
  ) async throws -> MountPlan {
    var plan = MountPlan()
    for mount in mounts {
      switch mount {
      case .bind(let bind):
        let (tree, node, identity) = try await tree(bind.from, bind.source, instruction)
        plan.key += ["bind", identity, bind.source, bind.target, bind.isReadOnly ? "ro" : "rw"]
        plan.entries.append(
          .init(source: .tree(tree, node, isReadOnly: bind.isReadOnly), target: absolute(bind.target)))
      case .cache(let cache):
        var initial: (SourceTree, LayeredFileSystem.Node)?
        if let from = cache.from {
          let (tree, node, _) = try await tree(from, cache.source, instruction)
          initial = (tree, node)
        }
        plan.key += ["cache", cache.id, cache.target, cache.isReadOnly ? "ro" : "rw"]
        plan.entries.append(.init(source: .cache(cache, initial: initial), target: absolute(cache.target)))
      case .tmpfs(let tmpfs):
        plan.key += ["tmpfs", tmpfs.target, tmpfs.size.map { String($0) } ?? ""]
        plan.entries.append(
          .init(source: .temporary(sizeInBytes: tmpfs.size.map { Int($0) }), target: absolute(tmpfs.target)))
      case .secret(let secret):
        try planSecret(secret, into: &plan, instruction)
      case .ssh:
        throw ImageBuildError.unsupported(
          "RUN --mount=type=ssh", at: instruction.span, help: "give a key as a secret: --mount=type=secret,id=NAME")
      }
    }
    if let script {
      plan.entries.append(
        .init(source: .file(script.content, permissions: 0o755, userID: 0, groupID: 0), target: script.path))
    }
    return plan
  }

  private func planSecret(_ secret: RunMount.Secret, into plan: inout MountPlan, _ instruction: Instruction) throws {
    plan.key += ["secret", secret.id, secret.target ?? "", secret.environmentVariable ?? ""]
    guard let value = build.request.secrets[secret.id] else {
      guard secret.isRequired else { return }
      let known = build.request.secrets.keys.sorted()
      throw ImageBuildError.mistake(
        .missingSecret, "the secret \"\(secret.id)\" is required, but the build was not given it", at: instruction.span,
        help: Spelling.nearest(to: secret.id, among: known).map { "did you mean \($0)?" }
          ?? "give the build that secret")
    }
    if let variable = secret.environmentVariable { plan.variables[variable] = String(decoding: value, as: UTF8.self) }
    if let target = secret.target {
      let source = MountPlan.Source.file(
        value, permissions: UInt16(truncatingIfNeeded: secret.mode & 0o7777), userID: secret.userID,
        groupID: secret.groupID)
      plan.entries.append(.init(source: source, target: absolute(target)))
    }
  }

  /// What a mount shows, and what its content is known by.
  private func tree(
    _ from: String?, _ source: String, _ instruction: Instruction
  ) async throws -> (tree: SourceTree, node: LayeredFileSystem.Node, identity: String) {
    let path = FilePath("/").pushing(FilePath(source).relative).lexicallyNormalized().relative
    var tree = SourceTree(build.context)
    var identity = ""
    if let from, from != "scratch" {
      guard case .layers(let layers, let name) = try await build.source(from, in: index, at: instruction.span) else {
        preconditionFailure("an origin with a name is made of layers")
      }
      tree = SourceTree(try build.builder.layers.fileSystem(of: layers), name: name)
      identity = layers.chainID.hex
    } else if from == "scratch" {
      tree = SourceTree(LayeredFileSystem(directories: [try emptyDirectory()]), name: "scratch")
    }
    guard let node = try tree.fileSystem.resolve(path), !tree.ignores(node.path) || node.path.isEmpty else {
      throw ImageBuildError.mistake(
        .missingSource, "\(tree.name) has no \(source.isEmpty ? "." : source) to mount", at: instruction.span,
        help: "check the source of the mount")
    }
    if tree.context != nil {
      var key = CacheKey("bind")
      try build.add([try tree.select(path)], from: tree, to: &key)
      identity = key.digest().hex
    }
    return (tree, node, identity)
  }

  private func emptyDirectory() throws -> FilePath {
    let path = build.builder.layers.root.appending("empty")
    try path.createDirectories()
    return path
  }
}
