import DockerfileSyntax
import Engine
import Expressions
import ImageBuilding
import Model
import PipelineFile

/// What every code of the program means.
enum Explanations {
  /// In the order of the codes.
  static let all: [DiagnosticExplanation] = [
    ReaderExplanations.all, RuleSet.rules.map { $0.explanation }, Plan.explanations, ExpressionError.explanations,
    DockerfileExplanations.all, BuildExplanations.all,
  ].flatMap(\.self).sorted { $0.code < $1.code }
}
