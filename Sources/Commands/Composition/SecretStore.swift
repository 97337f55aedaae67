import Model
import PipelineFile
import SystemPackage

/// Gives secrets their values, from where the settings say: an environment variable, a file, the settings themselves, a dotenv file.
struct SecretStore: Sendable {
  private let settings: Settings
  private let files: [EnvironmentFile.Entry]
  private let environment: [String: String]

  init(settings: Settings, files: [EnvironmentFile.Entry], environment: [String: String]) {
    self.settings = settings
    self.files = files
    self.environment = environment
  }

  var names: [String] {
    settings.secrets.map { $0.reference.description } + files.map(\.name)
  }

  /// - Returns: nil when nobody has defined the secret.
  /// - Throws: ``CommandFailure`` when it is defined and cannot be had. The message never holds the value.
  func value(of identifier: String) throws -> String? {
    let reference: ScopedReference
    do { reference = try ScopedReference(identifier) } catch {
      throw CommandFailure(.invalidPipeline, "'\(identifier)' is no secret's identifier")
    }
    guard let setting = settings.secret(for: reference) else {
      return files.last { $0.name == reference.identifier.description }?.value.revealed
    }
    switch setting.source {
    case .value(let text): return text.revealed
    case .environment(let name):
      guard let value = environment[name] else {
        throw CommandFailure(.invalidPipeline, "\(setting.span): the environment variable \(name) is not set")
      }
      return value
    case .file(let path):
      let source = try SourceText(reading: path)
      var text = String(decoding: source.bytes, as: UTF8.self)
      if text.hasSuffix("\n") { text.removeLast() }
      return text
    }
  }
}
