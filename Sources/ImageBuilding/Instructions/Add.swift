import DockerfileSyntax
import Engine
import Model

extension StageBuilder {
  /// ADD: as COPY from the context, but archives are unpacked.
  func add(_ add: AddInstruction, _ instruction: Instruction) async throws {
    for source in add.sources {
      guard let word = source.path else { continue }
      let address = try expand(word, instruction)
      if Self.isRemote(address) {
        throw ImageBuildError.unsupported(
          "ADD of the address \(address)", at: instruction.span,
          help: "download it before the build and COPY it, or fetch it with a RUN")
      }
    }
    if add.checksum != nil {
      throw ImageBuildError.unsupported(
        "ADD --checksum of a local file", at: instruction.span, help: "leave --checksum out: it is for downloads")
    }
    if add.keepsGitDirectory {
      throw ImageBuildError.unsupported("ADD --keep-git-dir", at: instruction.span, help: "COPY a checkout instead")
    }
    if !add.excludedPatterns.isEmpty {
      throw ImageBuildError.unsupported(
        "ADD --exclude", at: instruction.span, help: "leave the files out with a .dockerignore file")
    }
    try await transfer(
      FileTransfer(
        keyword: "ADD", sources: add.sources, destination: add.destination, owner: add.owner, mode: add.mode,
        origin: .context, unpacksArchives: add.unpacks ?? true, isLinked: add.isLinked),
      instruction)
  }

  private static func isRemote(_ address: String) -> Bool {
    ["http://", "https://", "git://", "ssh://", "git@"].contains { address.lowercased().hasPrefix($0) }
      || address.hasPrefix("github.com/")
  }
}
