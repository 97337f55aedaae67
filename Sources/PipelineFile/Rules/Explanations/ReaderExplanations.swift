package import Model

/// What the codes of all the readers mean. The rules explain themselves.
package enum ReaderExplanations {
  package static let all =
    SyntaxExplanations.all + ModelExplanations.all + SettingsExplanations.all + InputExplanations.all
    + TemplateExplanations.all + DefinitionExplanations.all
}
