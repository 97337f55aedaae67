/// How pipelines and connectors name a connector or a secret: `id`, `org.id`, `account.id`.
///
/// `project.id` is accepted for `id`, since Harness's own tools write it.
package struct ScopedReference: Hashable, Sendable, CustomStringConvertible {
  /// Whose the named thing is, seen from the pipeline.
  package enum Scope: String, Hashable, Sendable, CaseIterable {
    case project, organization = "org", account
  }

  package enum ParseError: Error, Equatable {
    case unknownScope(String)
    case invalidIdentifier(String)
  }

  package let scope: Scope
  package let identifier: Identifier

  package init(_ scope: Scope, _ identifier: Identifier) {
    self.scope = scope
    self.identifier = identifier
  }

  /// - Throws: ``ParseError`` unless `text` is an identifier, alone or behind one of the prefixes `project.`, `org.` and `account.`.
  package init(_ text: String) throws(ParseError) {
    var rest = text[...]
    var scope = Scope.project
    if let dot = text.firstIndex(of: ".") {
      guard let named = Scope(rawValue: String(text[..<dot])) else { throw .unknownScope(String(text[..<dot])) }
      scope = named
      rest = text[text.index(after: dot)...]
    }
    do {
      self.init(scope, try Identifier(String(rest)))
    } catch {
      throw .invalidIdentifier(String(rest))
    }
  }

  package var description: String {
    scope == .project ? identifier.description : scope.rawValue + "." + identifier.description
  }
}

/// Where a connector or a secret was defined, as its own file says.
package enum DefinitionScope: Hashable, Sendable {
  case account
  case organization(String)
  case project(organization: String?, project: String)
}
