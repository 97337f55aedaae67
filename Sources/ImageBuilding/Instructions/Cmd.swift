import DockerfileSyntax
import OCI

extension StageBuilder {
  /// CMD.
  func cmd(_ command: CommandLine) {
    state.configuration.config.cmd = commandLine(command)
    state.isCommandSet = true
  }
}
