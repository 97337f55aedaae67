package import Model
package import OCI
package import SystemPackage

/// Builds an image from a Dockerfile.
package protocol ImageBuilder: Sendable {
  /// Builds the image and leaves its blobs in the blob store that this builder was made with.
  ///
  /// The same request over the same files gives the same manifest digest, whenever and wherever it is made.
  /// - Throws: ``ImageBuildError``.
  func build(_ request: ImageBuildRequest, output: OutputSink) async throws -> StoredImage
}

/// What is to be built.
package struct ImageBuildRequest: Sendable {
  /// The directory that COPY and ADD read from. Nothing outside of it is ever read.
  package var context: FilePath
  /// The Dockerfile, absolute.
  package var dockerfile: FilePath
  /// How messages call the Dockerfile: the path as the user wrote it.
  package var dockerfileName: String
  /// The build stage to stop at; nil means the last.
  package var target: String?
  /// `ARG` values from outside.
  package var buildArguments: [String: String]
  /// Added to the image's labels, over the Dockerfile's own.
  package var labels: [String: String]
  package var platform: Platform
  /// Seconds since 1970 that every file and the image itself are dated with, so that builds can be reproduced.
  package var sourceDate: Int64
  /// `RUN --mount=type=secret,id=…`.
  package var secrets: [String: [UInt8]]
  /// Do every step again, whatever the layer cache holds.
  package var ignoresCache: Bool
  /// Told each base image, by the name that the Dockerfile gives it and the manifest that it stood for.
  package var observeBase: @Sendable (ImageReference, Digest) -> Void = { _, _ in }

  package init(
    context: FilePath, dockerfile: FilePath, dockerfileName: String, target: String? = nil,
    buildArguments: [String: String] = [:], labels: [String: String] = [:], platform: Platform = .host,
    sourceDate: Int64 = 0, secrets: [String: [UInt8]] = [:], ignoresCache: Bool = false
  ) {
    self.context = context
    self.dockerfile = dockerfile
    self.dockerfileName = dockerfileName
    self.target = target
    self.buildArguments = buildArguments
    self.labels = labels
    self.platform = platform
    self.sourceDate = sourceDate
    self.secrets = secrets
    self.ignoresCache = ignoresCache
  }
}

/// Why an image could not be built.
package struct ImageBuildError: Error {
  package enum Code: String, Sendable {
    /// The Dockerfile, or what it asks for, is wrong; `diagnostics` says where.
    case invalidDockerfile
    case dockerfileMissing
    /// No source knows the base image.
    case baseImageMissing
    /// A `RUN` ended with a failure.
    case commandFailed
    /// The machine refused: mounts, disk, a missing program.
    case environment
  }

  package let code: Code
  package let message: String
  package let diagnostics: [Diagnostic]
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, diagnostics: [Diagnostic] = [], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.diagnostics = diagnostics
    self.cause = cause
  }
}
