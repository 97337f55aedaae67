/// What a token is to allow: actions on one repository. Written `repository:NAME:pull,push`.
struct TokenScope: Hashable, Sendable, CustomStringConvertible {
  var repository: String
  var actions: Set<String>

  static func pull(_ repository: String) -> TokenScope { TokenScope(repository: repository, actions: ["pull"]) }
  static func push(_ repository: String) -> TokenScope {
    TokenScope(repository: repository, actions: ["pull", "push"])
  }

  var description: String { "repository:\(repository):\(actions.sorted().joined(separator: ","))" }

  init(repository: String, actions: Set<String>) {
    self.repository = repository
    self.actions = actions
  }

  /// Reads the scopes of a challenge, which are separated by spaces; those of other kinds are left out.
  static func parse(_ text: String) -> [TokenScope] {
    text.split(separator: " ").compactMap { scope in
      guard scope.hasPrefix("repository:"), let colon = scope.lastIndex(of: ":") else { return nil }
      let name = scope[..<colon].dropFirst("repository:".count)
      guard !name.isEmpty else { return nil }
      return TokenScope(
        repository: String(name),
        actions: Set(scope[scope.index(after: colon)...].split(separator: ",").map(String.init)))
    }
  }

  /// One scope for each repository, sorted, with everything that any of them allows.
  static func merged(_ scopes: [TokenScope]) -> [TokenScope] {
    Dictionary(scopes.map { ($0.repository, $0.actions) }) { $0.union($1) }
      .map { TokenScope(repository: $0.key, actions: $0.value) }
      .sorted { $0.description < $1.description }
  }
}
