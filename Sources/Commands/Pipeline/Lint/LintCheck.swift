import Engine
import Model
import PipelineFile
import SystemPackage

/// Reads a pipeline with all that belongs to it, and puts it to every check there is.
struct LintCheck {
  struct Result: Sendable {
    let input: LintInput
    let diagnostics: [Diagnostic]
    let sources: [SourceText]

    /// Those that change nothing but the file itself.
    var safeFixes: [DiagnosticFix] {
      diagnostics.compactMap(\.fix).filter { fix in
        fix.safety == .safe && fix.edits.allSatisfy { $0.file == input.name }
      }
    }
  }

  let settingsFile: String?
  /// What is given for inputs; those that nothing is given for are looked at as they are written.
  let values: InputRequest
  let surroundings: Surroundings

  /// - Throws: ``CommandFailure`` when the settings cannot be found.
  func callAsFunction(_ input: LintInput) throws -> Result {
    do {
      let workplace = try Workplace(
        pipelineSource: input.source, path: input.path, settingsFile: settingsFile, inputs: values,
        surroundings: surroundings)
      let found =
        workplace.diagnostics + Linter.check(workplace.pipeline, sources: workplace.sources)
        + Self.limitations(of: workplace.pipeline)
        + ExpressionCheck.unknownNames(in: workplace.pipeline.source, sources: workplace.sources)
      return Result(input: input, diagnostics: workplace.placing.arranged(found), sources: workplace.sources)
    } catch let error as WorkplaceError {
      // What could be read of the file is checked all the same: a person wants to see everything at once.
      let part = PipelineReader.readInPart(input.source)
      let found = part.map { Linter.check($0, isWhole: false, sources: error.sources) } ?? []
      return Result(input: input, diagnostics: (error.diagnostics + found).sortedByPlace, sources: error.sources)
    }
  }

  /// What a run on this machine would leave out or refuse. That is no defect of the file, and therefore no error here.
  static func limitations(of pipeline: Pipeline) -> [Diagnostic] {
    Plan(pipeline).limitations().map { found in
      guard found.severity == .error else { return found }
      // Of a whole step its beginning will do.
      let span = found.span.map { span in
        SourceSpan(file: span.file, start: span.start, end: span.start.line == span.end.line ? span.end : span.start)
      }
      return Diagnostic(
        found.code, .note, found.message, at: span, labels: found.labels, notes: found.notes, help: found.help)
    }
  }
}
