package import Model

/// A place of a pipeline whose value is given when it is started.
package struct InputField: Hashable, Sendable {
  /// As expressions name the place, and as `--input` takes it: `pipeline.variables.region`.
  package let path: String
  package let input: RuntimeInput
  package let span: SourceSpan
  /// The key that it stands under.
  package let key: String
  /// `String`, `Number` or `Secret` for a variable; nil for everything else, which may be a list or a mapping too.
  package let variableKind: String?
  /// What the pipeline's author says of it.
  package let summary: String?
  /// `default:` of the variable, or `default(…)` behind the input.
  package let defaultValue: Node?
  /// The stage that it is in.
  package let stage: String?
  /// Whether the pipeline goes on without a value: the build of the codebase, which the checkout on disk stands for, and what
  /// templates leave open to be inserted.
  package let isOptional: Bool

  /// Whether nothing runs before it has a value.
  package var isRequired: Bool { defaultValue == nil && !isOptional }

  static let codebaseBuild = "pipeline.properties.ci.codebase.build"

  init(_ input: RuntimeInput, _ scalar: Node.Scalar, _ place: TreeRewriter.Place) {
    self.input = input
    path = place.path
    span = scalar.span
    key = place.key
    stage = place.stage
    let around = place.mapping.map(Node.mapping)
    variableKind = place.isVariable ? around?.text(of: "type") ?? "String" : nil
    summary = place.isVariable ? around?.text(of: "description") : nil
    var declared: Node?
    if place.isVariable, let node = place.mapping?["default"], !node.isNull { declared = node }
    defaultValue = input.defaultText.map { Self.node($0, input, scalar.span, place) } ?? declared
    isOptional = place.path == Self.codebaseBuild || Self.isInsertion(place)
  }

  /// A default is text behind the input; where several may be chosen it is a list of them.
  private static func node(
    _ text: String, _ input: RuntimeInput, _ span: SourceSpan, _ place: TreeRewriter.Place
  ) -> Node {
    let words = CommaSeparated.split(text)
    if input.selection == .many, !place.isVariable {
      return .sequence(
        Node.Sequence(
          elements: words.map { .scalar(Node.Scalar(text: $0, style: .plain, span: span)) }, span: span))
    }
    return .scalar(Node.Scalar(text: text, style: .plain, span: span))
  }

  private static func isInsertion(_ place: TreeRewriter.Place) -> Bool {
    place.wrapper == "insert" && (place.key == "steps" || place.key == "stages")
  }

  /// Every runtime input of a tree, in the order of the file. What is no valid one is left out.
  static func fields(of root: Node, at path: String = "") -> [InputField] {
    let found = Collected()
    TreeRewriter.visit(root, at: path) { scalar, place in
      guard RuntimeInput.isMeant(by: scalar.text) else { return }
      // The one that cannot be read is reported by ``InputSyntax``.
      if let input = try? RuntimeInput(scalar.text) { found.fields.append(InputField(input, scalar, place)) }
    }
    return found.fields
  }

  private final class Collected {
    var fields: [InputField] = []
  }
}

extension InputField {
  /// What may be given; nil where that is anything, or not known before the run.
  package func choices(in root: Node?) -> [String]? { InputRules(self).words(in: root) }

  /// Why `--input` with this text would be refused; nil when it would not be.
  package func refusal(of text: String, in root: Node?) -> String? {
    let node = InputText.node(SourceText(file: "", text: text), isText: isText)
    return InputRules(self).refusal(of: node, in: root).map { ([$0.message] + $0.notes).joined(separator: "; ") }
  }

  /// The default as `--input` would take it.
  package var defaultText: String? { defaultValue.map { InputText.text(of: $0, isText: isText) } }
}
