import Model

extension DiagnosticFix {
  /// Puts another word in the place of a scalar.
  ///
  /// - Returns: nil when the scalar does not stand in the file as it reads: it was made elsewhere, or is written over several lines.
  init?(rewording scalar: Node.Scalar, as word: String, _ safety: Safety) {
    let length = scalar.span.end.offset - scalar.span.start.offset
    let quotes = scalar.style == .plain ? 0 : 2
    guard scalar.style != .literal, scalar.style != .folded, length == scalar.text.utf8.count + quotes,
      scalar.span.start.line == scalar.span.end.line
    else { return nil }
    self.init("write \(word.hasPrefix("\"") ? word : "'\(word)'")", safety, replacing: scalar.span, with: word)
  }
}
