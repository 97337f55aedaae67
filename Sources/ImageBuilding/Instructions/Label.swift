import DockerfileSyntax
import OCI

extension StageBuilder {
  /// LABEL.
  func label(_ assignments: [Assignment], _ instruction: Instruction) throws {
    for assignment in assignments {
      let name = try expand(assignment.name, instruction)
      state.configuration.config.labels[name] = try expand(assignment.value, instruction)
    }
  }
}
