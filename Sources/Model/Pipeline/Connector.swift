/// A Harness connector: where a registry, a cluster or a repository is, and which secrets open it.
///
/// It holds references to secrets, never their values.
package struct Connector: Hashable, Sendable {
  /// The connector types that something here is decided by; every other one is `other`.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case aws = "Aws"
    case dockerRegistry = "DockerRegistry"
    case kubernetesCluster = "K8sCluster"
    case git = "Git"
    case github = "Github"
    case gitlab = "Gitlab"
    case bitbucket = "Bitbucket"
    case azureRepository = "AzureRepo"
    case gcp = "Gcp"
    case azure = "Azure"
    case artifactory = "Artifactory"
    case nexus = "Nexus"
    case other = ""
  }

  package enum Spec: Hashable, Sendable {
    case aws(AWSConnector)
    case dockerRegistry(DockerRegistryConnector)
    case git(GitConnector)
    /// A connector whose settings nothing on this machine needs.
    case other
  }

  package let identifier: Identifier
  package let name: String
  package let scope: DefinitionScope
  /// What `type:` says: `Aws`, `HttpHelmRepo`.
  package let type: String
  package let spec: Spec
  /// Nil for what is built in.
  package let span: SourceSpan?

  package init(
    identifier: Identifier, name: String, scope: DefinitionScope, type: String, spec: Spec, span: SourceSpan? = nil
  ) {
    self.identifier = identifier
    self.name = name
    self.scope = scope
    self.type = type
    self.spec = spec
    self.span = span
  }

  package var kind: Kind { Kind(rawValue: type) ?? .other }
}

/// A user name or an access key: public enough to be written down, or kept as a secret all the same.
package enum Credential: Hashable, Sendable {
  case plain(Text)
  case secret(ScopedReference)
}

/// `type: Aws`.
package struct AWSConnector: Hashable, Sendable {
  package enum Access: Hashable, Sendable {
    case manual(accessKey: Credential, secretKey: ScopedReference)
    /// Whatever the machine has: environment, shared files, instance role.
    case inheritFromDelegate
    case irsa
    case oidc
  }

  package struct CrossAccountAccess: Hashable, Sendable {
    package let role: Text
    package let externalIdentifier: Text?

    package init(role: Text, externalIdentifier: Text? = nil) {
      self.role = role
      self.externalIdentifier = externalIdentifier
    }
  }

  package let access: Access
  package let region: Text?
  package let crossAccountAccess: CrossAccountAccess?

  package init(access: Access, region: Text? = nil, crossAccountAccess: CrossAccountAccess? = nil) {
    self.access = access
    self.region = region
    self.crossAccountAccess = crossAccountAccess
  }
}

/// `type: DockerRegistry`.
package struct DockerRegistryConnector: Hashable, Sendable {
  package enum Provider: String, Hashable, Sendable, CaseIterable {
    case dockerHub = "DockerHub"
    case harbor = "Harbor"
    case quay = "Quay"
    case other = "Other"
  }

  package enum Access: Hashable, Sendable {
    case anonymous
    case usernamePassword(username: Credential, password: ScopedReference)
  }

  package let url: Text
  package let provider: Provider
  package let access: Access

  package init(url: Text, provider: Provider = .other, access: Access) {
    self.url = url
    self.provider = provider
    self.access = access
  }
}
