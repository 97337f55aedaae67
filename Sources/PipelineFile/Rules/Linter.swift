package import Model

/// Puts a pipeline to every rule.
package enum Linter {
  /// - Parameters:
  ///   - isWhole: false when parts of the file could not be read: then rules that compare steps keep silent.
  ///   - sources: the files that the pipeline was read from.
  /// - Returns: what the rules found, in the order of the file; the same thing at the same place once.
  package static func check(
    _ pipeline: Pipeline, isWhole: Bool = true, sources: [SourceText]
  ) -> [Diagnostic] {
    let subject = LintSubject(pipeline, isWhole: isWhole, sources: sources)
    var seen = Set<Key>()
    return RuleSet.rules.flatMap { rule in
      rule.needsWholePipeline && !isWhole ? [] : rule.check(subject)
    }.filter { seen.insert(Key($0)).inserted }.sortedByPlace
  }

  /// A variable of the stage is seen by all of its steps, and is still one mistake.
  private struct Key: Hashable {
    let code: Diagnostic.Code
    let file: String?
    let start: Int?
    let line: Int?

    init(_ diagnostic: Diagnostic) {
      code = diagnostic.code
      file = diagnostic.span?.file
      start = diagnostic.span?.start.offset
      line = diagnostic.span?.start.line
    }
  }
}

extension [Diagnostic] {
  /// In the order of the file; at the same place in the order of finding.
  package var sortedByPlace: [Diagnostic] {
    enumerated().sorted { left, right in
      let places = (left.element.span?.start.line ?? 0, right.element.span?.start.line ?? 0)
      if places.0 != places.1 { return places.0 < places.1 }
      let columns = (left.element.span?.start.column ?? 0, right.element.span?.start.column ?? 0)
      return columns.0 == columns.1 ? left.offset < right.offset : columns.0 < columns.1
    }.map(\.element)
  }
}
