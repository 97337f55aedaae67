import ArgumentParser
import Model
import PipelineFile
import SystemPackage

/// `--input`, `--inputs` and `--trigger`, for every command that reads a pipeline.
struct InputOptions: ParsableArguments {
  @Option(
    name: .customLong("input"), parsing: .singleValue,
    help: ArgumentHelp(
      "A value for a runtime input or a pipeline variable; may be repeated. The path is that of expressions"
        + " (pipeline.stages.build.variables.region), or a pipeline variable's name; the value may be YAML or JSON.",
      valueName: "path=value"))
  var values: [String] = []

  @Option(
    name: .customLong("inputs"), parsing: .singleValue,
    help: ArgumentHelp(
      "A file of values: an input set, an overlay of input sets, or paths with values; may be repeated, later ones win.",
      valueName: "file"))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "A YAML or JSON file with what <+trigger.…> stands for; the webhook's own body goes under 'payload'.",
      valueName: "file"))
  var trigger: String?

  /// - Throws: ``CommandFailure`` for what is no assignment, and for files that cannot be read.
  func request(_ surroundings: Surroundings) throws -> InputRequest {
    var request = InputRequest()
    for name in files {
      let path = surroundings.absolute(FilePath(name))
      request.sources.append(.file(try Self.read(path, name, "--inputs"), directory: path.removingLastComponent()))
    }
    for text in values {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw CommandFailure(.usage, "--input: write it as path=value, not '\(text)'")
      }
      request.sources.append(
        .assignment(path: String(text[..<equals]), value: String(text[text.index(after: equals)...])))
    }
    if let trigger {
      let source = try Self.read(surroundings.absolute(FilePath(trigger)), trigger, "--trigger")
      request.trigger = try TriggerFile.read(source)
    }
    return request
  }

  private static func read(_ path: FilePath, _ name: String, _ option: String) throws -> SourceText {
    do {
      return try SourceText(reading: path, name: name)
    } catch {
      throw CommandFailure(.usage, "\(option): \(error.message)")
    }
  }
}

/// What a pipeline is to be started with.
struct InputRequest: Sendable {
  var sources: [InputSource] = []
  /// `trigger.*`; nil for a run that somebody starts by hand.
  var trigger: Value?
  /// Templates that a run kept, in place of those on disk.
  var keptTemplates: [SourceText]?

  init() {}
}
