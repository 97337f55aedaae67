/// The place of a stage, a group or a step in a pipeline, stable over runs: `stages.build.steps.unit.steps.lint`.
///
/// A component that a strategy repeats carries its postfix in its identifier: `stages.build_0_1`.
package struct StepPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package enum ParseError: Error, Equatable {
    case malformed(String)
  }

  /// The identifiers, outermost first: the stage, then groups, then the step. Empty is the pipeline itself.
  package let components: [Identifier]

  package static let pipeline = StepPath(components: [])

  package init(components: [Identifier]) {
    self.components = components
  }

  package init(stage: Identifier) {
    components = [stage]
  }

  /// Reads the long form `stages.S.steps.X`.
  package init(_ text: String) throws(ParseError) {
    if text == "pipeline" {
      components = []
      return
    }
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count.isMultiple(of: 2), !words.isEmpty else { throw .malformed(text) }
    var components = [Identifier]()
    for index in stride(from: 0, to: words.count, by: 2) {
      guard words[index] == (index == 0 ? "stages" : "steps") else { throw .malformed(text) }
      do { components.append(try Identifier(String(words[index + 1]))) } catch { throw .malformed(text) }
    }
    self.components = components
  }

  package func appending(_ identifier: Identifier) -> StepPath {
    StepPath(components: components + [identifier])
  }

  /// The stage that this lies in, or is.
  package var stage: Identifier? { components.first }
  package var last: Identifier? { components.last }
  package var parent: StepPath? { components.isEmpty ? nil : StepPath(components: Array(components.dropLast())) }
  package var isStage: Bool { components.count == 1 }

  package func isInside(_ ancestor: StepPath) -> Bool {
    components.count > ancestor.components.count && components.starts(with: ancestor.components)
  }

  package var description: String {
    if components.isEmpty { return "pipeline" }
    return components.enumerated().map { ($0.offset == 0 ? "stages." : "steps.") + $0.element.description }
      .joined(separator: ".")
  }

  package static func < (left: StepPath, right: StepPath) -> Bool {
    left.components.lexicographicallyPrecedes(right.components)
  }
}
