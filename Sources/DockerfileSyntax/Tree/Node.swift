/// One instruction as the grammar sees it: a keyword, flags and arguments, nothing of which is understood yet.
package struct Node: Hashable, Sendable {
  package enum Argument: Hashable, Sendable {
    case word(String)
    /// What follows ONBUILD.
    indirect case instruction(Node)
  }

  /// As written: `FROM`, `from`.
  package let keyword: String
  /// As written but without quotes and escapes: `--from=build`.
  package let flags: [String]
  package let arguments: [Argument]
  /// Whether the arguments were written as a JSON array: the exec form.
  package let isJSON: Bool
  /// The instruction's lines, continuations joined, without comments and heredoc bodies.
  package let original: String
  package internal(set) var heredocs: [Heredoc] = []
  /// The comment lines right above, without the number sign.
  package let comments: [String]
  /// 1-based.
  package internal(set) var startLine = 0
  /// The last line, that of the last heredoc's end included.
  package internal(set) var endLine = 0

  /// The arguments' words; that of a nested instruction is empty.
  package var words: [String] {
    arguments.map { if case .word(let word) = $0 { word } else { "" } }
  }

  /// COPY, ADD and RUN take heredocs in their shell form, also below ONBUILD.
  var canContainHeredoc: Bool {
    var node = self
    if keyword.lowercased() == "onbuild", case .instruction(let nested)? = arguments.first { node = nested }
    return ["add", "copy", "run"].contains(node.keyword.lowercased()) && !node.isJSON
  }
}
