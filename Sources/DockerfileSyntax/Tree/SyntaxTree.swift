package import Model

/// A Dockerfile's instructions before anything is made of them.
package struct SyntaxTree: Sendable {
  package let directives: Directives
  package let nodes: [Node]
  let source: SourceText

  /// Reads `text` to its end, past every mistake.
  ///
  /// The nodes leave out the instructions that could not be read; the diagnostics say which and why.
  package static func parse(_ text: String, file: String) -> (tree: SyntaxTree, diagnostics: [Diagnostic]) {
    var parser = NodeParser(SourceText(text, file: file))
    parser.parse()
    let tree = SyntaxTree(directives: parser.directives, nodes: parser.nodes, source: parser.source)
    return (tree, parser.diagnostics)
  }

  /// The 1-based first and last line that an instruction takes; nil without instructions.
  package var lines: ClosedRange<Int>? {
    guard let first = nodes.first, let last = nodes.last else { return nil }
    return first.startLine...last.endLine
  }
}
