/// Edits that do away with what a diagnostic reports.
package struct DiagnosticFix: Hashable, Sendable {
  /// One stretch of a file and what takes its place.
  package struct Edit: Hashable, Sendable {
    package let file: String
    /// In UTF-8 bytes of the file. An empty range inserts.
    package let range: Range<Int>
    package let replacement: String

    package init(file: String, range: Range<Int>, replacement: String) {
      self.file = file
      self.range = range
      self.replacement = replacement
    }

    package init(_ span: SourceSpan, replacement: String) {
      self.init(file: span.file, range: span.start.offset..<span.end.offset, replacement: replacement)
    }
  }

  package enum Safety: Hashable, Sendable {
    /// The file means afterwards what its author plainly meant: it may be applied unseen.
    case safe
    /// It changes what the pipeline does: a person has to decide.
    case needsJudgement
  }

  /// What the edits do, as an order: "write 'Sh'".
  package let title: String
  package let safety: Safety
  /// All of them are made, or none.
  package let edits: [Edit]

  package init(_ title: String, _ safety: Safety, _ edits: [Edit]) {
    self.title = title
    self.safety = safety
    self.edits = edits
  }

  /// One stretch of text is replaced by another.
  package init(_ title: String, _ safety: Safety = .safe, replacing span: SourceSpan, with text: String) {
    self.init(title, safety, [Edit(span, replacement: text)])
  }
}
