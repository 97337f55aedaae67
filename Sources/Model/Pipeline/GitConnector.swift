/// `type: Git`, `Github`, `Gitlab`, `Bitbucket` and `AzureRepo`: where repositories are.
package struct GitConnector: Hashable, Sendable {
  /// `type` of the spec: whether the URL is one repository's, or an account's below which repositories are named.
  package enum Reach: String, Hashable, Sendable, CaseIterable {
    case repository = "Repo"
    case account = "Account"
    case project = "Project"
  }

  package let url: Text
  package let reach: Reach
  package let userName: Credential?
  /// A password or a token.
  package let password: ScopedReference?

  package init(url: Text, reach: Reach = .repository, userName: Credential? = nil, password: ScopedReference? = nil) {
    self.url = url
    self.reach = reach
    self.userName = userName
    self.password = password
  }
}
