/// ONBUILD: an instruction for whoever builds from the image.
package struct OnbuildInstruction: Hashable, Sendable {
  /// The text of the instruction, heredocs included, as it goes into the image's configuration.
  ///
  /// `Dockerfile.parseTrigger` reads it when a child is built.
  package let trigger: String

  init(_ node: Node) throws(SyntaxMistake) {
    guard case .instruction(let nested)? = node.arguments.first else {
      throw SyntaxMistake(.wrongArguments, "ONBUILD needs an instruction", help: "write ONBUILD RUN command")
    }
    switch nested.keyword.uppercased() {
    case "ONBUILD":
      throw SyntaxMistake(.invalidTrigger, "ONBUILD cannot follow ONBUILD", help: "write it once")
    case "MAINTAINER", "FROM":
      throw SyntaxMistake(
        .invalidTrigger, "\(nested.keyword.uppercased()) cannot be a trigger of ONBUILD",
        help: "put it into the child's own Dockerfile")
    default: break
    }
    let text = node.original.trimmed.unicodeScalars.dropFirst(node.keyword.unicodeScalars.count)
    trigger = node.heredocs.reduce(String(text).trimmedStart) { $0 + "\n" + $1.rawContent + $1.name }
  }
}
