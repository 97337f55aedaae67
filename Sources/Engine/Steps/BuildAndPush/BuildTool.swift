package import Model

/// Which of Harness's plugins would carry out a build-and-push step. They read the same settings differently.
package enum BuildTool: String, Hashable, Sendable {
  case kaniko
  /// drone-buildx, when layer caching is on outside of Kubernetes.
  case buildx
  /// drone-docker, otherwise outside of Kubernetes.
  case docker

  package init(infrastructure: Infrastructure, usesLayerCaching: Bool) {
    switch infrastructure {
    case .kubernetes, .unspecified, .sameAs: self = usesLayerCaching ? .buildx : .kaniko
    case .cloud, .docker, .virtualMachine: self = usesLayerCaching ? .buildx : .docker
    }
  }
}
