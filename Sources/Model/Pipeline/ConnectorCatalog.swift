/// The connectors that a run knows, looked up as pipelines refer to them.
package struct ConnectorCatalog: Hashable, Sendable {
  private let connectors: [Connector]

  package init(_ connectors: [Connector] = []) { self.connectors = connectors }

  /// `account.harnessImage`, which every Harness account has: Docker Hub without a login.
  package static let harnessImage: Connector = {
    let identifier: Identifier
    do {
      identifier = try Identifier("harnessImage")
    } catch {
      preconditionFailure("harnessImage is a valid identifier")
    }
    return Connector(
      identifier: identifier, name: "Harness Docker Connector", scope: .account,
      type: Connector.Kind.dockerRegistry.rawValue,
      spec: .dockerRegistry(
        DockerRegistryConnector(url: "https://index.docker.io/v2/", provider: .dockerHub, access: .anonymous)))
  }()

  /// Every connector that a file defined, in the order of the files.
  package var all: [Connector] { connectors }

  /// The connector that `reference` means in a pipeline of that organisation and project.
  ///
  /// A file without `orgIdentifier` and `projectIdentifier` counts as defined wherever it is looked for: a local file often
  /// leaves them out. A file that does name them is found only there; an unknown organisation or project matches any.
  package func connector(
    _ reference: ScopedReference, organization: String? = nil, project: String? = nil
  ) -> Connector? {
    let named = connectors.filter { $0.identifier == reference.identifier }
    let exact = named.first { connector in
      switch (reference.scope, connector.scope) {
      case (.account, .account): true
      case (.organization, .organization(let its)): Self.fits(its, organization)
      case (.project, .project(let itsOrganization, let itsProject)):
        Self.fits(itsOrganization, organization) && Self.fits(itsProject, project)
      default: false
      }
    }
    if let exact { return exact }
    if let unscoped = named.first(where: { $0.scope == .account }) { return unscoped }
    guard reference.scope == .account, reference.identifier == Self.harnessImage.identifier else { return nil }
    return Self.harnessImage
  }

  /// The same for a reference as the pipeline writes it; nil too when it is not one.
  package func connector(named text: String, organization: String? = nil, project: String? = nil) -> Connector? {
    let reference: ScopedReference
    do { reference = try ScopedReference(text) } catch { return nil }
    return connector(reference, organization: organization, project: project)
  }

  /// The reference that was probably meant.
  package func suggestion(for text: String) -> String? {
    Spelling.nearest(to: text, among: references)
  }

  private var references: [String] {
    connectors.map { connector in
      switch connector.scope {
      case .account: "account.\(connector.identifier)"
      case .organization: "org.\(connector.identifier)"
      case .project: "\(connector.identifier)"
      }
    } + ["account.harnessImage"]
  }

  private static func fits(_ defined: String?, _ wanted: String?) -> Bool {
    guard let defined, let wanted else { return true }
    return defined == wanted
  }
}
