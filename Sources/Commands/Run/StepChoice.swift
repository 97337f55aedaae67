import Engine
import Model

/// Finds the step that a user names: by its identifier, by `STAGE/STEP`, or by its full path.
enum StepChoice {
  /// - Throws: ``CommandFailure`` when there is no such step, or more than one.
  static func path(_ text: String, in plan: Plan) throws -> StepPath {
    let steps = plan.nodes.filter { $0.kind == .step }.map(\.path)
    return try path(text, among: steps)
  }

  static func path(_ text: String, among steps: [StepPath]) throws -> StepPath {
    let found = steps.filter { matches($0, text) }
    if found.count == 1 { return found[0] }
    guard found.isEmpty else {
      throw CommandFailure(
        .usage, "several steps are called '\(text)': \(found.map(short).joined(separator: ", "))")
    }
    let names = steps.compactMap { $0.last?.description }
    let guess = Spelling.nearest(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""
    throw CommandFailure(
      .usage, "there is no step '\(text)'\(guess) (steps: \(names.joined(separator: ", ")))")
  }

  /// `STAGE/GROUP/STEP`.
  static func short(_ path: StepPath) -> String {
    path.components.map(\.description).joined(separator: "/")
  }

  private static func matches(_ path: StepPath, _ text: String) -> Bool {
    if path.last?.description == text || path.description == text { return true }
    let short = short(path)
    return short == text || short.hasSuffix("/" + text)
  }
}
