package import Model

/// What Harness keeps on its server and a local run gets from its settings: the names that expressions may ask for.
package struct RunSurroundings: Sendable {
  package let accountIdentifier: String?
  package let accountName: String?
  /// `variable.X`, `variable.org.X`, `variable.account.X`, by the part behind `variable.`.
  package let variables: [String: String]
  /// The value of a secret, or nil when nobody has defined it. Whatever it returns is masked from then on.
  package let secret: @Sendable (_ identifier: String) throws -> String?
  /// The names of the secrets there are, for messages.
  package let secretNames: [String]
  package let actorName: String
  package let actorEmail: String?
  /// What a trigger sent, by the names behind `trigger.`; null for a run that a person started.
  package let trigger: Value

  package init(
    accountIdentifier: String? = nil, accountName: String? = nil, variables: [String: String] = [:],
    secretNames: [String] = [], actorName: String, actorEmail: String? = nil, trigger: Value = .null,
    secret: @escaping @Sendable (String) throws -> String? = { _ in nil }
  ) {
    self.accountIdentifier = accountIdentifier
    self.accountName = accountName
    self.variables = variables
    self.secretNames = secretNames
    self.actorName = actorName
    self.actorEmail = actorEmail
    self.trigger = trigger
    self.secret = secret
  }
}
