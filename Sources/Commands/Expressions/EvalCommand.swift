import ArgumentParser
import Engine
import Expressions
import Model
import PipelineFile
import SystemPackage

struct EvalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Say what an expression comes to.",
    discussion: """
      The text is read as a field of a pipeline is; without '<+' in it, it is an expression as a whole. What is known comes from \
      a pipeline file and the codebase around it, as if everything before had succeeded, or with --run from a run of the past:
      its inputs, statuses and outputs. Secrets are never read: their values stand as dots.
      Exit codes: 0 it has a value, 2 usage, 3 it has none.
      """)

  @Argument(help: ArgumentHelp("Such as '<+pipeline.name>-<+codebase.shortCommitSha>'.", valueName: "text"))
  var text: String

  @Argument(help: ArgumentHelp("A pipeline file whose names are known.", valueName: "pipeline"))
  var pipeline: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("A run whose names are known: an identifier, PIPELINE#NUMBER, or last.", valueName: "run"))
  var selector: String?

  @Option(help: ArgumentHelp("The stage in which the text stands.", valueName: "stage"))
  var stage: String?

  @Option(help: ArgumentHelp("The step in which the text stands.", valueName: "step"))
  var step: String?

  @OptionGroup var inputs: InputOptions

  @Option(help: ArgumentHelp("The directory that stands for the repository.", valueName: "dir"))
  var codebase: String?

  @Flag(help: "Read the text as a condition: true or false.")
  var condition = false

  @Flag(help: "As one JSON object, with the value's type.")
  var json = false

  @OptionGroup var options: StateOptions

  func validate() throws {
    guard pipeline == nil || selector == nil else {
      throw ValidationError("Give a pipeline file or --run, not both.")
    }
    guard pipeline != nil || (stage == nil && step == nil && inputs.isEmpty && codebase == nil) else {
      guard selector != nil, inputs.isEmpty, codebase == nil else {
        throw ValidationError("--stage, --step, --input, --inputs and --codebase need a pipeline file.")
      }
      return
    }
  }

  func run() async throws {
    let terminal = Terminal.ofThisProcess()
    let toolbox = options.toolbox(.ofThisProcess())
    let request = try inputs.request(toolbox.surroundings)
    let sources = EvaluationSources(toolbox: toolbox, settingsFile: options.config, trigger: request.trigger ?? .null)
    let scope: any ExpressionScope
    if let selector {
      scope = try await sources.scope(ofRun: selector, stage: stage, step: step)
    } else if let pipeline {
      scope = try await sources.scope(
        ofFile: pipeline, inputs: request, codebase: codebase, stage: stage, step: step, terminal: terminal)
    } else {
      scope = NoNames()
    }
    let evaluator = ExpressionEvaluator(scope: scope) { .milliseconds(toolbox.clock.now().milliseconds) }
    do {
      show(try value(evaluator), on: terminal)
    } catch {
      show(error, on: terminal)
      throw ExitStatus.invalidPipeline
    }
  }

  private func value(_ evaluator: ExpressionEvaluator) throws(ExpressionError) -> Value {
    if condition { return .bool(try evaluator.condition(text)) }
    return text.contains("<+") ? try evaluator.value(of: text) : try evaluator.evaluate(text)
  }

  // MARK: What is shown

  private func show(_ value: Value, on terminal: Terminal) {
    guard json else { return terminal.data(Self.text(of: value) + "\n") }
    terminal.data(
      Value.map(["expression": .string(text), "type": .string(Self.type(of: value)), "value": value]).canonicalJSON
        + "\n")
  }

  /// As the value stands in a field; null, which cannot stand in one, by its name.
  private static func text(of value: Value) -> String {
    switch value {
    case .null: "null"
    case .string(let text): text
    case .bool, .integer, .double, .list, .map: value.canonicalJSON
    }
  }

  private static func type(of value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .double: "number"
    case .string: "string"
    case .list: "list"
    case .map: "map"
    }
  }

  private func show(_ error: ExpressionError, on terminal: Terminal) {
    let source = SourceText(file: "expression", text: text)
    let range =
      error.place.map { $0..<ExpressionPlaces.endOfWord(from: $0, in: text) }
      ?? ExpressionPlaces.range(ofExpressionAt: error.offset ?? 0, in: text)
    let diagnostic = error.diagnostic(at: source.span(from: range.lowerBound, to: range.upperBound))
    if json {
      terminal.data(
        Value.map([
          "expression": .string(text),
          "error": [
            "code": .string(diagnostic.code.description), "message": .string(error.message),
            "column": .integer(source.position(atOffset: range.lowerBound).column),
            "suggestion": Value(error.suggestion), "names": .list(error.names.sorted().map(Value.string)),
            "help": Value(error.help),
          ],
        ]).canonicalJSON + "\n")
    } else {
      DiagnosticReport([diagnostic], sources: [source], terminal: terminal).show()
    }
  }
}

/// What an expression sees when neither a file nor a run is given.
private struct NoNames: ExpressionScope {
  func value(of path: [String]) throws(ExpressionError) -> Value? {
    throw ExpressionError(
      .unresolved, "no names are known here", help: "name a pipeline file behind the text, or a run with --run")
  }

  func names(in path: [String]) -> [String] { [] }
}
