package import Model
package import SystemPackage

/// Values for runtime inputs, from one place. Of several, later ones win.
package enum InputSource: Sendable {
  /// `--input path=value`. A value that starts with a bracket is read as YAML where more than a text may stand.
  case assignment(path: String, value: String)
  /// An input set, an overlay of input sets, or a mapping from paths to values.
  ///
  /// - Parameter directory: where an overlay looks for the sets that it refers to.
  case file(SourceText, directory: FilePath)
  /// `inputs:` of the settings.
  case settings(Node)
}

/// A value that was given, and what was given with it.
struct GivenValue {
  let node: Node
  /// Validators of the input set's own.
  var rules: RuntimeInput?
  /// Where it comes from, as messages name it: "the input set 'nightly'".
  let origin: String
}

/// How values are written in one line, on the command line and in the ledger.
enum InputText {
  /// - Parameters:
  ///   - isText: whether the value can be nothing but a text: a variable's value, a command.
  ///   - source: the value with a name for messages.
  static func node(_ source: SourceText, isText: Bool) -> Node {
    let text = String(decoding: source.bytes, as: UTF8.self)
    let span = source.span(from: 0, to: source.bytes.count)
    let plain = Node.scalar(Node.Scalar(text: text, style: isText ? .doubleQuoted : .plain, span: span))
    guard !isText, let first = text.first(where: { !$0.isWhitespace }) else { return plain }
    let isStructured = "[{\"'".contains(first) || text.contains("\n")
    guard isStructured, case (let root?, let diagnostics) = YAMLReader.read(source),
      !diagnostics.contains(where: { $0.severity == .error })
    else { return plain }
    if case .mapping(let mapping) = root, mapping.entries.contains(where: { $0.key.text.hasPrefix("<+") }) {
      return plain
    }
    return root
  }

  /// The text that ``node(_:isText:)`` makes the same value of.
  static func text(of node: Node, isText: Bool) -> String {
    guard case .scalar(let scalar) = node else { return node.value.canonicalJSON }
    if isText { return scalar.text }
    let again = Self.node(SourceText(file: "", text: scalar.text), isText: false)
    if case .scalar(let same) = again, same.text == scalar.text, same.value == scalar.value { return scalar.text }
    return Value.string(scalar.text).canonicalJSON
  }
}

extension InputField {
  /// Whether nothing but a text can stand there, so that brackets in it are no YAML.
  package var isText: Bool { variableKind != nil || key == "command" }
}
