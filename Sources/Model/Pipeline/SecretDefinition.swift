/// A `secret:` file: that a secret exists and where its value is kept. On this machine the settings say where it comes from.
package struct SecretDefinition: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case text = "SecretText"
    case file = "SecretFile"
    case sshKey = "SSHKey"
    case winRMCredentials = "WinRmCredentials"
  }

  package enum ValueKind: String, Hashable, Sendable, CaseIterable {
    /// The value is in Harness's own store, or in this file.
    case inline = "Inline"
    /// `value:` is a path in an external secret manager.
    case reference = "Reference"
    case customSecretManager = "CustomSecretManagerValues"
  }

  package let identifier: Identifier
  package let name: String
  package let scope: DefinitionScope
  package let kind: Kind
  package let manager: String?
  package let valueKind: ValueKind?
  /// `value:` of an inline secret.
  package let value: ConcealedText?
  /// `value:` of a reference: a path, never the secret itself.
  package let reference: String?
  package let span: SourceSpan

  package init(
    identifier: Identifier, name: String, scope: DefinitionScope, kind: Kind, manager: String? = nil,
    valueKind: ValueKind? = nil, value: ConcealedText? = nil, reference: String? = nil, span: SourceSpan
  ) {
    self.identifier = identifier
    self.name = name
    self.scope = scope
    self.kind = kind
    self.manager = manager
    self.valueKind = valueKind
    self.value = value
    self.reference = reference
    self.span = span
  }
}
