/// `RUN --mount=…` before its variables are expanded.
package struct MountRequest: Hashable, Sendable {
  struct Field: Hashable {
    /// In lower case.
    let key: String
    /// Nil for a bare word such as `ro`.
    let value: String?
  }

  /// As written behind `--mount=`.
  package let text: String
  /// The stage, image or named context that the mount shows. Known before anything is built, since stages depend on it.
  package let from: String?
  let fields: [Field]

  init(_ text: String) throws(SyntaxMistake) {
    guard let fields = CommaSeparatedFields.split(text) else {
      throw SyntaxMistake(
        .invalidMount, "the quotes of the mount \(text) do not match", help: "check its quotes", underline: text)
    }
    self.text = text
    self.fields = fields.map { field in
      field.cut(at: "=").map { Field(key: $0.before.lowercased(), value: $0.after) }
        ?? Field(key: field.lowercased(), value: nil)
    }
    from = self.fields.last { $0.key == "from" }?.value
    if let from, let dollar = from.unicodeScalars.firstIndex(of: "$"),
      from.unicodeScalars.index(after: dollar) < from.unicodeScalars.endIndex
    {
      throw SyntaxMistake(
        .invalidMount, "from cannot contain variables, since it decides which stages are needed",
        help: "write FROM \(from) AS NAME above, and from=NAME here", underline: from)
    }
  }

  var usesVariables: Bool { text.unicodeScalars.contains("$") }

  /// The mount, once `expand` has been applied to every value.
  ///
  /// - Throws: `.invalidMount` for options that are unknown, malformed or not for the type, and what `expand` throws.
  package func resolved(
    expanding expand: (String) throws(DockerfileError) -> String
  ) throws(DockerfileError) -> RunMount {
    var options = MountOptions()
    for field in fields { try options.set(field.key, to: field.value, expanding: expand) }
    return try options.mount()
  }
}
