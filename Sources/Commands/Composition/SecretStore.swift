import Engine
import Model
import PipelineFile
import SystemPackage

/// Gives secrets their values, from where the settings say: an environment variable, a file, a command, the settings themselves;
/// else from a dotenv file, from the secret's own Harness file, or from the command that is asked for all others.
struct SecretStore: Sendable {
  private let settings: Settings
  private let files: [EnvironmentFile.Entry]
  private let definitions: [SecretDefinition]
  private let environment: [String: String]
  /// What commands printed, or why they did not, by the secret's reference.
  private var printed: [String: Result<ConcealedText, CommandFailure>] = [:]

  init(
    settings: Settings, files: [EnvironmentFile.Entry], definitions: [SecretDefinition] = [],
    environment: [String: String]
  ) {
    self.settings = settings
    self.files = files
    self.definitions = definitions
    self.environment = environment
  }

  var names: [String] {
    settings.secrets.map { $0.reference.description } + files.map(\.name)
      + definitions.filter { $0.value != nil }.map(\.identifier.description)
  }

  /// Whether something says where the secret comes from. A text that is no reference counts as known: it has its own error.
  func isDefined(_ identifier: String) -> Bool {
    guard let reference = Self.reference(identifier) else { return true }
    return settings.secret(for: reference) != nil || settings.secretCommand != nil || own(reference) != nil
  }

  /// Runs the commands for the secrets that a pipeline refers to, so that their values are at hand while it runs.
  ///
  /// Commands have this process's whole environment, since password managers need theirs. What they print is never shown.
  func fetched(_ identifiers: [String], by commands: any CommandRunner, in directory: FilePath) async -> SecretStore {
    var copy = self
    for identifier in identifiers where copy.printed[identifier] == nil {
      guard let reference = Self.reference(identifier), let command = command(for: reference) else { continue }
      copy.printed[identifier] = await run(command, for: identifier, by: commands, in: directory)
    }
    return copy
  }

  private func command(for reference: ScopedReference) -> SecretCommand? {
    guard let setting = settings.secret(for: reference) else {
      return own(reference) == nil ? settings.secretCommand : nil
    }
    if case .command(let command) = setting.source { return command }
    return nil
  }

  private func run(
    _ command: SecretCommand, for identifier: String, by commands: any CommandRunner, in directory: FilePath
  ) async -> Result<ConcealedText, CommandFailure> {
    let arguments = command.arguments(for: identifier)
    let program = arguments.first ?? ""
    do {
      let result = try await commands.run(arguments, environment: environment, workingDirectory: directory)
      guard result.exit.isSuccess else {
        return .failure(
          CommandFailure(
            .invalidPipeline,
            "the command for secret '\(identifier)' (\(program)) ended with code \(result.exit.shellCode)"))
      }
      var text = String(decoding: result.standardOutput, as: UTF8.self)
      while text.last?.isWhitespace == true { text.removeLast() }
      while text.first?.isWhitespace == true { text.removeFirst() }
      return .success(ConcealedText(text))
    } catch let error as CommandError {
      return .failure(CommandFailure(.invalidPipeline, "the command for secret '\(identifier)': \(error.message)"))
    } catch {
      return .failure(
        CommandFailure(.invalidPipeline, "the command for secret '\(identifier)' (\(program)) was stopped: \(error)"))
    }
  }

  /// - Returns: nil when nobody has defined the secret.
  /// - Throws: ``CommandFailure`` when it is defined and cannot be had. The message never holds the value.
  func value(of identifier: String) throws -> String? {
    guard let reference = Self.reference(identifier) else {
      throw CommandFailure(.invalidPipeline, "'\(identifier)' is no secret's identifier")
    }
    guard let setting = settings.secret(for: reference) else {
      if let own = own(reference) { return own.revealed }
      return try settings.secretCommand == nil ? nil : output(for: identifier)
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
    case .command: return try output(for: identifier)
    }
  }

  private func output(for identifier: String) throws -> String {
    guard let result = printed[identifier] else {
      throw CommandFailure(
        .invalidPipeline,
        "secret '\(identifier)' comes from a command, and commands are only run for secrets that the pipeline names itself"
      )
    }
    return try result.get().revealed
  }

  /// What a dotenv file, or the secret's own file, says.
  private func own(_ reference: ScopedReference) -> ConcealedText? {
    // A dotenv file may name the scope as well; the more exact name counts first.
    for name in [reference.description, reference.identifier.description] {
      if let entry = files.last(where: { $0.name == name }) { return entry.value }
    }
    return definitions.first { $0.identifier == reference.identifier && $0.value != nil }?.value
  }

  private static func reference(_ identifier: String) -> ScopedReference? {
    // What is no reference is told apart by nil; the reason adds nothing.
    try? ScopedReference(identifier)
  }
}
