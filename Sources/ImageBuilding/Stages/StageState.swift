import Model
import OCI

/// An image under construction: what the instructions so far have made of it.
struct StageState {
  /// Lowest first.
  var layers: [StageLayer] = []
  var configuration: ImageConfiguration
  var variables: StageVariables
  /// Whether a CMD stood in this stage: then ENTRYPOINT does not clear it.
  var isCommandSet = false

  /// `FROM scratch`.
  init(empty platform: Platform) {
    configuration = ImageConfiguration(
      platform: platform, config: .init(env: ["PATH=" + Self.defaultPath], workingDir: "/"))
    variables = StageVariables(environment: configuration.config.env)
  }

  /// `FROM image`.
  init(layers: [StageLayer], configuration: ImageConfiguration) {
    self.layers = layers
    self.configuration = configuration
    variables = StageVariables(environment: configuration.config.env)
  }

  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// `FROM stage`: the variables are inherited, what was written down about CMD is not.
  func inherited() -> StageState {
    var child = self
    child.isCommandSet = false
    return child
  }
}
