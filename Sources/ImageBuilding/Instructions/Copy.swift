import DockerfileSyntax
import Engine
import Model

extension StageBuilder {
  /// COPY: from the context, an earlier stage or another image.
  func copy(_ copy: CopyInstruction, _ instruction: Instruction) async throws {
    if copy.keepsParents {
      throw ImageBuildError.unsupported(
        "COPY --parents", at: instruction.span, help: "copy each directory with a COPY of its own")
    }
    if !copy.excludedPatterns.isEmpty {
      throw ImageBuildError.unsupported(
        "COPY --exclude", at: instruction.span, help: "leave the files out with a .dockerignore file")
    }
    let origin: FileTransfer.Origin
    if let from = copy.from {
      if from.contains("$") {
        throw ImageBuildError.unsupported(
          "a variable in COPY --from", at: instruction.span,
          help: "write FROM \(from) AS NAME above, and --from=NAME here")
      }
      origin = try await build.source(from, in: index, at: instruction.span)
    } else {
      origin = .context
    }
    try await transfer(
      FileTransfer(
        keyword: "COPY", sources: copy.sources, destination: copy.destination, owner: copy.owner, mode: copy.mode,
        origin: origin, unpacksArchives: false, isLinked: copy.isLinked),
      instruction)
  }
}
