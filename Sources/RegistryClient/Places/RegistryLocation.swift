package import Model

/// One repository at one endpoint.
package struct RegistryLocation: Hashable, Sendable {
  package let endpoint: RegistryEndpoint
  /// Path without the registry: `library/busybox`.
  package let repository: String

  package init(endpoint: RegistryEndpoint, repository: String) {
    self.endpoint = endpoint
    self.repository = repository
  }

  /// Where the embedded registry at `endpoint` keeps an image that is meant for another registry: under the full name, so that
  /// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/test-image` is a repository of that name.
  ///
  /// A repository's name has no colon: the one before a port becomes `_`, which no host name has.
  package static func embedded(_ reference: ImageReference, at endpoint: RegistryEndpoint) -> RegistryLocation {
    let host = reference.registry.lowercased().replacing(":", with: "_")
    return RegistryLocation(endpoint: endpoint, repository: host + "/" + reference.repository)
  }
}

/// What a manifest is asked for by: a tag or a digest.
package enum ManifestName: Hashable, Sendable, CustomStringConvertible {
  case tag(String)
  case digest(Digest)

  /// The digest where the reference has one: the tag may have moved since.
  package init(_ reference: ImageReference) {
    if let digest = reference.digest {
      self = .digest(digest)
    } else {
      self = .tag(reference.tag ?? "latest")
    }
  }

  package var description: String {
    switch self {
    case .tag(let tag): tag
    case .digest(let digest): digest.description
    }
  }

  /// `test-image:new-1` or `test-image@sha256:…`, for messages.
  func of(_ repository: String) -> String {
    switch self {
    case .tag(let tag): "\(repository):\(tag)"
    case .digest(let digest): "\(repository)@\(digest)"
    }
  }
}
