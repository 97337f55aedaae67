import Model

/// The templates that a pipeline may use.
package struct TemplateLibrary: Sendable {
  package let templates: [Template]
  /// The files that they came from, so that messages can show their lines.
  package let sources: [SourceText]

  package init(_ templates: [Template] = [], sources: [SourceText] = []) {
    self.templates = templates
    self.sources = sources
  }

  /// What was found for a reference.
  enum Answer {
    case found(Template)
    /// No version was asked for, and there are several: the highest one.
    case assumed(Template, among: [String])
    case noSuchVersion([Template])
    case unknown
  }

  /// A file without organisation and project counts as defined wherever it is looked for, as connectors do.
  func template(_ reference: TemplateReference, organization: String?, project: String?) -> Answer {
    let named = templates.filter { $0.identifier == reference.reference.identifier }
    let exact = named.filter { Self.fits($0.scope, reference.reference.scope, organization, project) }
    let candidates = exact.isEmpty ? named.filter { $0.scope == .account } : exact
    guard !candidates.isEmpty else { return .unknown }
    if let label = reference.versionLabel?.raw {
      return candidates.first { $0.versionLabel == label }.map(Answer.found)
        // A file that says no version is as good as the only one.
        ?? candidates.first { $0.versionLabel == nil }.map(Answer.found) ?? .noSuchVersion(candidates)
    }
    let sorted = candidates.sorted { TemplateVersion($0.versionLabel ?? "") < TemplateVersion($1.versionLabel ?? "") }
    guard let last = sorted.last else { return .unknown }
    return sorted.count == 1 ? .found(last) : .assumed(last, among: sorted.compactMap(\.versionLabel))
  }

  /// Every reference that would be answered, for "did you mean".
  var references: [String] {
    templates.map { template in
      switch template.scope {
      case .account: "\(template.identifier)"
      case .organization: "org.\(template.identifier)"
      case .project: "\(template.identifier)"
      }
    }
  }

  private static func fits(
    _ scope: DefinitionScope, _ wanted: ScopedReference.Scope, _ organization: String?, _ project: String?
  ) -> Bool {
    func same(_ defined: String?, _ wanted: String?) -> Bool {
      guard let defined, let wanted else { return true }
      return defined == wanted
    }
    switch (wanted, scope) {
    case (.account, .account): return true
    case (.organization, .organization(let its)): return same(its, organization)
    case (.project, .project(let itsOrganization, let its)):
      return same(itsOrganization, organization) && same(its, project)
    default: return false
    }
  }
}
