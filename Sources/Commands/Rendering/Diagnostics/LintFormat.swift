import ArgumentParser
import Model

/// `lint --format`.
enum LintFormat: String, ExpressibleByArgument, CaseIterable {
  case full, concise, json, sarif, github, junit

  /// - Parameter width: of the excerpts, in cells.
  func renderer(width: Int, glyphs: Glyphs, explanations: [DiagnosticExplanation]) -> any DiagnosticRenderer {
    let names = Dictionary(explanations.map { ($0.code, $0.name) }) { first, _ in first }
    return switch self {
    case .full: FullRenderer(width: width, glyphs: glyphs)
    case .concise: ConciseRenderer()
    case .json: JSONRenderer(names: names)
    case .sarif: SARIFRenderer(explanations: explanations, version: Surroundings.version)
    case .github: GitHubRenderer(names: names)
    case .junit: JUnitRenderer()
    }
  }
}
