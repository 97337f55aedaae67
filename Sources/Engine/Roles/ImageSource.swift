package import Model
package import OCI

/// A place where images can be found: the embedded registry, an archive or Dockerfile that the settings name, a remote registry.
package protocol ImageSource: Sendable {
  /// How messages call it: "the embedded registry", "images: in slipway.yaml", "registry ghcr.io".
  var name: String { get }

  /// Whether it is another machine, whose answers are worth keeping.
  var isRemote: Bool { get }

  /// Brings the image's manifest, configuration and layers into the blob store that this source was made with.
  ///
  /// - Returns: nil when this source does not know the image, so that the next one is asked.
  /// - Throws: when it should know, but could not answer: a network that fails, a blob whose digest differs.
  func fetch(_ reference: ImageReference, platform: Platform, output: OutputSink) async throws -> StoredImage?
}

extension ImageSource {
  package var isRemote: Bool { false }
}

/// A place that images are pushed to.
package protocol ImageDestination: Sendable {
  /// How messages call it: "the embedded registry", "registry 123456789012.dkr.ecr.us-east-1.amazonaws.com".
  var name: String { get }

  /// Pushes layers, configuration and manifest, in this order and byte for byte, then reads the manifest back.
  ///
  /// - Returns: the digest of the manifest that the registry now serves under `reference`; the caller compares it.
  /// - Throws: ``ImageTransferError``. What was uploaded before the failure may stay, but the tag never points to half an image.
  func push(_ image: StoredImage, to reference: ImageReference, output: OutputSink) async throws -> Digest
}

/// Why an image could not be fetched or pushed.
package struct ImageTransferError: Error {
  package enum Code: String, Sendable {
    /// No connection, or it broke.
    case unreachable
    /// Who we are is not known, or not accepted.
    case unauthenticated
    /// We are known, and may not.
    case forbidden
    case notFound
    /// The registry's rules refuse it: an immutable tag, a quota.
    case refused
    /// The bytes that came are not the bytes that were named.
    case digestMismatch
    /// An answer that the protocol does not allow.
    case unexpectedResponse
  }

  package let code: Code
  /// A sentence that names the registry and the image, and never a credential.
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}
