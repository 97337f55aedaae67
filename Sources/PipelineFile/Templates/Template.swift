package import Model

/// A step, a step group, a stage or a pipeline that others refer to: the content of a `template:` file.
package struct Template: Hashable, Sendable {
  /// What a template can stand for in a pipeline.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case step = "Step"
    case stepGroup = "StepGroup"
    case stage = "Stage"
    case pipeline = "Pipeline"
    /// Everything that is not part of a pipeline: `SecretManager`, `ArtifactSource`, ….
    case other = ""

    /// The key that a use of it stands under.
    var key: String? {
      switch self {
      case .step: "step"
      case .stepGroup: "stepGroup"
      case .stage: "stage"
      case .pipeline: "pipeline"
      case .other: nil
      }
    }
  }

  package let identifier: Identifier
  package let name: String
  package let kind: Kind
  /// As the file says it, where `kind` is none of those that belong here.
  package let type: String
  package let versionLabel: String?
  package let scope: DefinitionScope
  package let spec: Node
  /// `variables:`, each a mapping with name, type and default.
  package let variables: Node?
  /// The file's place, for messages.
  package let span: SourceSpan

  /// As messages name it: "'docker_build' 1.0.0".
  var title: String { "'\(identifier)'" + (versionLabel.map { " version '\($0)'" } ?? "") }
}

/// How a pipeline refers to a template: `templateRef` and `versionLabel`.
struct TemplateReference: Hashable {
  let reference: ScopedReference
  let text: Text
  let versionLabel: Text?
  /// Where messages about it point.
  let span: SourceSpan
}
