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

  /// Whether no values are given for inputs.
  var isEmpty: Bool { values.isEmpty && files.isEmpty }

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

  /// What an earlier run was started with, so that the same pipeline comes of the same file.
  ///
  /// - Parameter kept: a blob that the run kept, and the name of the file that it was.
  init(of run: Run, kept: (Digest, String) throws -> SourceText) rethrows {
    sources = run.origin.inputs.sorted { $0.key < $1.key }.map { .assignment(path: $0.key, value: $0.value) }
    trigger = run.origin.trigger.flatMap(TriggerFile.read(kept:))
    keptTemplates = try run.origin.templates.sorted { $0.key < $1.key }.map { try kept($0.value, $0.key) }
  }
}
