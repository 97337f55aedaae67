package import Model

/// Reads the files that define connectors and secrets.
package enum DefinitionReader {
  /// What one file defines.
  package enum Definition: Hashable, Sendable {
    case connector(Connector)
    case secret(SecretDefinition)
  }

  /// - Returns: the definition, when nothing in the file is an error.
  package static func read(_ source: SourceText) -> (definition: Definition?, diagnostics: [Diagnostic]) {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else { return (nil, syntax) }
    let problems = Problems()
    syntax.forEach(problems.report)
    let definition = read(root, problems)
    return (problems.hasErrors ? nil : definition, problems.sorted)
  }

  /// Whether the file is one of Harness's but of another kind, such as a pipeline beside its connectors.
  package static func isOfAnotherKind(_ source: SourceText) -> Bool {
    guard case .mapping(let mapping)? = YAMLReader.read(source).root else { return false }
    return mapping["connector"] == nil && mapping["secret"] == nil
  }

  private static func read(_ root: Node, _ problems: Problems) -> Definition? {
    guard case .mapping(let mapping) = root else {
      problems.report(
        .wrongKindOfFile, "this is neither a connector nor a secret: the file holds \(Excerpt.kind(of: root))",
        at: root.place)
      return nil
    }
    let file = Fields(mapping: mapping, key: nil, owner: "the file", place: root.place, problems: problems)
    if file.has("connector") {
      file.checkKeys(["connector"])
      return file.fields("connector").flatMap { ConnectorReader(problems: problems).connector($0.named("connector")) }
        .map(Definition.connector)
    }
    if file.has("secret") {
      file.checkKeys(["secret"])
      return file.fields("secret").flatMap { SecretReader(problems: problems).secret($0.named("secret")) }
        .map(Definition.secret)
    }
    problems.report(
      .wrongKindOfFile, "this is neither a connector nor a secret", at: mapping.entries.first?.key.span ?? root.place,
      help: "such a file starts with 'connector:' or 'secret:'")
    return nil
  }
}

extension Fields {
  /// The scope that `orgIdentifier` and `projectIdentifier` make.
  var definitionScope: DefinitionScope {
    let organization = text("orgIdentifier")?.raw
    if let project = text("projectIdentifier")?.raw { return .project(organization: organization, project: project) }
    return organization.map(DefinitionScope.organization) ?? .account
  }

  /// The identifier of something that stands alone in its file.
  func ownIdentifier() -> Identifier? {
    requiredText("identifier", example: "my_name").flatMap(identifier)
  }

  /// A reference to a secret, required under one of its spellings.
  func secretReference(_ key: String) -> ScopedReference? {
    guard let text = requiredText(key, example: "my_secret") else { return nil }
    do {
      return try ScopedReference(text.raw)
    } catch {
      problems.report(
        .invalidReference, "\(owner): '\(key)' is no reference to a secret", at: text.span,
        help:
          "name a secret by its identifier, alone or as 'org.identifier' or 'account.identifier'; never write its value"
      )
      return nil
    }
  }

  /// `username` or `usernameRef`, `accessKey` or `accessKeyRef`.
  func credential(_ key: String) -> Credential? {
    let reference = key + "Ref"
    if has(reference) { return secretReference(reference).map(Credential.secret) }
    return requiredText(key).map(Credential.plain)
  }
}
