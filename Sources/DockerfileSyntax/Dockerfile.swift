package import Model

/// A Dockerfile without mistakes: what to build, stage by stage.
package struct Dockerfile: Hashable, Sendable {
  package let directives: Directives
  /// The ARG instructions before the first FROM, whose variables only FROM sees.
  package let globalArguments: [ArgInstruction]
  /// At least one.
  package let stages: [BuildStage]

  /// Reads a whole file and collects every mistake in it.
  ///
  /// - Returns: Nil instead of a Dockerfile as soon as one diagnostic is an error.
  package static func parse(_ text: String, file: String) -> (dockerfile: Dockerfile?, diagnostics: [Diagnostic]) {
    var (tree, diagnostics) = SyntaxTree.parse(text, file: file)
    var globalArguments: [ArgInstruction] = []
    var stages: [BuildStage] = []
    // A FROM that cannot be read still ends the part before the first stage.
    var sawFrom = false
    var sawStray = false
    for node in tree.nodes {
      var reader = InstructionReader(node, source: tree.source, escape: tree.directives.escape)
      switch reader.keyword {
      case .from?:
        sawFrom = true
        if let stage = reader.stage() { stages.append(stage) }
      case .arg? where !sawFrom:
        if let argument = reader.argument() { globalArguments.append(argument) }
      default:
        let instruction = reader.instruction()
        if !sawFrom, instruction != nil, !sawStray {
          sawStray = true
          diagnostics.append(
            Diagnostic(
              .noBuildStage, .error, "\(node.keyword.uppercased()) stands before the first FROM", at: reader.span,
              notes: ["only ARG may stand before the first FROM"], help: "put a FROM instruction above this line"))
        }
        if let instruction, !stages.isEmpty { stages[stages.count - 1].instructions.append(instruction) }
      }
      diagnostics += reader.diagnostics
    }
    if !sawFrom, !diagnostics.contains(where: { $0.severity == .error }) {
      diagnostics.append(
        Diagnostic(
          .noBuildStage, .error, "the file has no FROM, so there is nothing to build",
          at: tree.nodes.last.map { tree.source.span(from: $0.startLine, through: $0.endLine) },
          help: "add a FROM instruction"))
    }
    diagnostics.sort { ($0.span?.start.line ?? 0) < ($1.span?.start.line ?? 0) }
    if diagnostics.contains(where: { $0.severity == .error }) { return (nil, diagnostics) }
    let dockerfile = Dockerfile(directives: tree.directives, globalArguments: globalArguments, stages: stages)
    return (dockerfile, diagnostics)
  }

  /// Reads what an image's configuration has under `OnBuild`: the text of one trigger, mostly one instruction.
  ///
  /// - Returns: Nil instead of the instructions as soon as one diagnostic is an error.
  package static func parseTrigger(
    _ text: String, file: String
  ) -> (instructions: [Instruction]?, diagnostics: [Diagnostic]) {
    var (tree, diagnostics) = SyntaxTree.parse(text, file: file)
    var instructions: [Instruction] = []
    for node in tree.nodes {
      var reader = InstructionReader(node, source: tree.source, escape: tree.directives.escape)
      switch reader.keyword {
      case .from?, .maintainer?, .onbuild?:
        diagnostics.append(
          Diagnostic(
            .invalidTrigger, .error, "\(node.keyword.uppercased()) cannot be a trigger of ONBUILD",
            at: reader.span,
            help: "put it into the child's own Dockerfile"))
      default:
        if let instruction = reader.instruction() { instructions.append(instruction) }
      }
      diagnostics += reader.diagnostics
    }
    return (diagnostics.contains { $0.severity == .error } ? nil : instructions, diagnostics)
  }
}
