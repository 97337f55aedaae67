import DockerfileSyntax
import Engine
import Model
import OCI

extension StageBuilder {
  /// EXPOSE.
  func expose(_ ports: [String], _ instruction: Instruction) throws {
    var all = Set(state.configuration.config.exposedPorts)
    do {
      for port in ports {
        let words = try WordExpansion(escape: instruction.escape).expand(port, variables: state.variables.all).words
        for word in words { all.formUnion(try ExposedPorts.parse(word)) }
      }
    } catch {
      throw ImageBuildError.mistake(.invalidWord, error.message, at: instruction.span, help: error.help)
    }
    state.configuration.config.exposedPorts = all.sorted()
  }
}
