import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

/// The directory that COPY and ADD read, and what of it `.dockerignore` leaves out.
struct BuildContext {
  let directory: FilePath
  let fileSystem: LayeredFileSystem
  let ignored: IgnorePatterns?
  /// The name of the ignore file, for messages.
  let ignoreFileName: String

  /// `<Dockerfile>.dockerignore` beside the Dockerfile goes before `.dockerignore` in the context.
  /// - Throws: ``ImageBuildError``.
  init(_ request: ImageBuildRequest) throws {
    directory = request.context
    let status = try? FileStatus(of: request.context, followingLinks: true)
    guard status?.kind == .directory else {
      throw ImageBuildError.mistake(
        .missingSource, "the build context “\(request.context)” is not a directory", at: nil,
        help: "name the directory that holds the files of the image")
    }
    fileSystem = LayeredFileSystem(directories: [request.context], interpretsWhiteouts: false)
    let candidates: [(path: FilePath, name: String)] = [
      (FilePath(request.dockerfile.string + ".dockerignore"), request.dockerfileName + ".dockerignore"),
      (request.context.appending(".dockerignore"), ".dockerignore"),
    ]
    for (path, name) in candidates {
      guard let status = try? FileStatus(of: path, followingLinks: true), status.kind == .file else { continue }
      guard status.size <= 1 << 20 else {
        throw ImageBuildError.mistake(
          .missingSource, "\(name) has \(status.size) bytes", at: nil, help: "write at most 1 MiB of patterns")
      }
      let bytes = try FileReader.firstBytes(of: path, count: Int(max(1, status.size)))
      let (patterns, diagnostics) = IgnorePatterns.parse(String(decoding: bytes, as: UTF8.self), file: name)
      guard let patterns else {
        throw ImageBuildError(
          .invalidDockerfile, diagnostics.first.map(ImageBuildError.text(of:)) ?? "\(name) cannot be read",
          diagnostics: diagnostics)
      }
      ignored = patterns.isEmpty ? nil : patterns
      ignoreFileName = name
      return
    }
    ignored = nil
    ignoreFileName = ".dockerignore"
  }

  func ignores(_ path: FilePath) -> Bool { ignored?.excludes(path.string) ?? false }

  /// Whether a walk need not enter the directory.
  func ignoresEverything(below path: FilePath) -> Bool { ignored?.excludesEverything(below: path.string) ?? false }
}
