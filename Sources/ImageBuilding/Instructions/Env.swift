import DockerfileSyntax
import OCI

extension StageBuilder {
  /// ENV: all values are expanded with what the variables were before the instruction.
  func env(_ assignments: [Assignment], _ instruction: Instruction) throws {
    let expanded = try assignments.map { (try expand($0.name, instruction), try expand($0.value, instruction)) }
    for (name, value) in expanded { state.variables.setEnvironment(name, to: value) }
    state.configuration.config.env = state.variables.environment
  }
}
