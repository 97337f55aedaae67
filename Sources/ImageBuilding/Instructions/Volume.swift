import DockerfileSyntax
import OCI

extension StageBuilder {
  /// VOLUME.
  func volume(_ paths: [String], _ instruction: Instruction) throws {
    let expanded = try paths.map { try expand($0, instruction) }
    state.configuration.config.volumes = Set(state.configuration.config.volumes + expanded.filter { !$0.isEmpty })
      .sorted()
  }
}
