import Model

/// What the codes of the pipeline reader mean: `SW20xx` and `SW41xx`, in their order.
enum ModelExplanations {
  static let all: [DiagnosticExplanation] = [
    ShapeExplanations.all, NameExplanations.all, ValueExplanations.all, BehaviourExplanations.all,
  ].flatMap(\.self).sorted { $0.code < $1.code }
}
