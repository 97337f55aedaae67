import DockerfileSyntax
import OCI

extension StageBuilder {
  /// ENTRYPOINT: a CMD that the base image brought along was meant for another program, and goes.
  func entrypoint(_ command: CommandLine) {
    state.configuration.config.entrypoint = commandLine(command)
    if !state.isCommandSet { state.configuration.config.cmd = nil }
  }
}
