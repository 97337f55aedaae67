/// One of the things that COPY and ADD put into the image.
package enum CopySource: Hashable, Sendable {
  /// A path or pattern in the context, a stage or another image; for ADD also an address.
  case path(String)
  /// A text of the Dockerfile itself, which becomes a file of the heredoc's name.
  case heredoc(Heredoc)

  package var path: String? {
    if case .path(let path) = self { path } else { nil }
  }

  package var heredoc: Heredoc? {
    if case .heredoc(let heredoc) = self { heredoc } else { nil }
  }

  /// All words but the last are sources, the last is the destination.
  static func split(_ node: Node) throws(SyntaxMistake) -> (sources: [CopySource], destination: String) {
    let keyword = node.keyword.uppercased()
    let words = node.words
    guard words.count >= 2, let destination = words.last else {
      throw SyntaxMistake(
        .wrongArguments,
        "\(keyword) needs a source and a destination",
        help: "name the destination last: \(keyword) \(words.first ?? "SOURCE") DESTINATION")
    }
    guard opening(destination) == nil else {
      throw SyntaxMistake(
        .wrongArguments, "a heredoc cannot be the destination of \(keyword)",
        help: "name the destination last", underline: destination)
    }
    let sources = words.dropLast().map { word -> CopySource in
      guard let opening = opening(word) else { return .path(word) }
      // A heredoc that was named twice has the body that was read last.
      return node.heredocs.last { $0.name == opening.name }.map(CopySource.heredoc) ?? .path(word)
    }
    return (sources, destination)
  }

  private static func opening(_ word: String) -> HeredocOpening? {
    do {
      return try HeredocOpening(word)
    } catch {
      // A word that cannot be split into quotes and variables opens no heredoc.
      return nil
    }
  }
}
