import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

extension StageBuilder {
  /// WORKDIR: makes the directory when it is missing; it belongs to the stage's user then.
  func workdir(_ word: String, _ instruction: Instruction) async throws {
    let path = absolute(try expand(word, instruction))
    state.configuration.config.workingDir = path.string
    let user = state.configuration.config.user ?? ""
    var key = CacheKey("WORKDIR")
    key.add(state.layers.chainID)
    key.add(path.string)
    key.add(user)
    key.add(build.sourceDate)
    let digest = key.digest()
    if let entry = cached(digest) {
      try await announce(instruction, isCached: true)
      add(entry.layer, createdBy: instruction.original)
      return
    }
    try await announce(instruction)
    let layer = try makeDirectory(path, user: user, instruction)
    try build.builder.cache.store(.init(layer: layer), for: digest)
    add(layer, createdBy: instruction.original)
  }

  private func makeDirectory(_ path: FilePath, user: String, _ instruction: Instruction) throws -> StageLayer? {
    let fileSystem = try fileSystem()
    if let node = try fileSystem.resolve(path.relative) {
      guard node.isDirectory else {
        throw ImageBuildError.mistake(
          .invalidDestination, "WORKDIR \(path) is not a directory in the image", at: instruction.span,
          help: "choose another directory")
      }
      return nil
    }
    let owner: SandboxedProcess.User
    do {
      owner = try UserDatabase(of: fileSystem).process(user)
    } catch let error as UserDatabase.UnknownName {
      throw unknown(error, instruction)
    }
    let composer = LayerComposer(over: fileSystem)
    do {
      try composer.makeDirectory(
        path.relative, attributes: .init(permissions: 0o755, userID: owner.userID, groupID: owner.groupID))
    } catch let refusal as LayerComposer.Refusal {
      throw ImageBuildError.mistake(
        .invalidDestination, refusal.message, at: instruction.span, help: "choose another directory")
    }
    return StageLayer(try composer.write(into: build.builder.store, modificationTime: build.sourceDate))
  }
}
