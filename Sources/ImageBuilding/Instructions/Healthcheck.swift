import DockerfileSyntax
import OCI

extension StageBuilder {
  /// HEALTHCHECK: replaces the base image's as a whole.
  func healthcheck(_ check: HealthcheckInstruction) {
    switch check {
    case .none:
      state.configuration.config.healthcheck = .init(test: ["NONE"])
    case .command(let command, let timing):
      let test =
        switch command {
        case .shell(let text): ["CMD-SHELL", text]
        case .exec(let arguments): ["CMD"] + arguments
        }
      let duration = { (nanoseconds: Int64) in nanoseconds == 0 ? nil : nanoseconds }
      state.configuration.config.healthcheck = .init(
        test: test, interval: duration(timing.interval), timeout: duration(timing.timeout),
        startPeriod: duration(timing.startPeriod), startInterval: duration(timing.startInterval),
        retries: timing.retries == 0 ? nil : timing.retries)
    }
  }
}
