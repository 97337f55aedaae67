package import Model

/// Reads one YAML document into a tree in which every value knows its place.
package enum YAMLReader {
  /// - Returns: the tree, and what is wrong with the file. The tree is nil when the file cannot be read on; with duplicate keys
  ///   it is there (the first one counts) so that the other mistakes of the file can be named too.
  package static func read(
    _ source: SourceText, limits: YAMLLimits = YAMLLimits()
  ) -> (root: Node?, diagnostics: [Diagnostic]) {
    if source.bytes.count > limits.size {
      let size = limits.size >> 20
      let diagnostic = Diagnostic(
        .fileTooLarge, "the file is larger than \(size) MiB", at: source.beginning,
        help: "check that this is the file you meant: no pipeline is that large")
      return (nil, [diagnostic])
    }
    let mistakes = TextCheck.mistakes(in: source)
    guard mistakes.isEmpty else { return (nil, mistakes) }
    return source.bytes.withUnsafeBufferPointer { bytes in
      var builder = TreeBuilder(source: source, bytes: bytes, limits: limits)
      let parser = EventParser(bytes)
      do {
        let root = try builder.build(from: parser)
        return (root, builder.diagnostics)
      } catch let stop as TreeBuilder.Stop {
        return (nil, builder.diagnostics + [stop.diagnostic])
      } catch let mistake as SyntaxMistake {
        return (nil, builder.diagnostics + [mistake.diagnostic(in: source)])
      } catch {
        preconditionFailure("the YAML reader stops with a diagnostic or not at all")
      }
    }
  }
}
