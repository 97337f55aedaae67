package import Model
import OCI
package import SystemPackage

/// `S3Upload`, `GCSUpload`, `ArtifactoryUpload` and `HarUpload`, with a directory in the place of the store.
package struct UploadExecutor: StepExecutor {
  private let buckets: FilePath

  /// - Parameter buckets: the directory that holds the buckets.
  package init(buckets: FilePath) {
    self.buckets = buckets
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .upload = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .upload(let step) = execution.step.spec else {
      preconditionFailure("a step that uploads nothing came to its executor")
    }
    let evaluator = execution.evaluator
    let render = { (text: Text?) in try text.map(evaluator.render) ?? "" }
    let pattern = try Self.relative(try render(step.sourcePath))
    let target = try render(step.target)
    let bucket: Bucket
    let key: (String) throws -> String
    switch step.destination {
    case .s3(let name, _, _, let strip):
      bucket = try Bucket(try render(name), scheme: "s3", in: buckets)
      let prefix = try Self.relative(try render(strip))
      key = { Self.join(target, $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0) }
    case .gcs(let name):
      bucket = try Bucket(try render(name), scheme: "gcs", in: buckets)
      let base = Self.fixedPart(of: pattern)
      key = { Self.join(target, $0.hasPrefix(base) ? String($0.dropFirst(base.count)) : $0) }
    case .artifactory(let flag):
      let isFlat = try evaluator.bool(flag, field: "uploadAsFlat") ?? true
      let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
      bucket = try Bucket(parts.first ?? "", scheme: "artifactory", in: buckets)
      key = { path in
        Self.join(parts.count == 2 ? parts[1] : "", isFlat ? String(path.split(separator: "/").last ?? "") : path)
      }
    case .harnessRegistry(let registry, let type, let name, let version):
      bucket = try Bucket(try render(registry), scheme: "har", in: buckets)
      let place = [
        try evaluator.word(type, field: "packageType").rawValue.lowercased(), try render(name), try render(version),
        target,
      ].filter { !$0.isEmpty }.joined(separator: "/")
      key = { Self.join(place, String($0.split(separator: "/").last ?? "")) }
    }
    let files = try PathGlob(pattern).files(in: execution.workspace.directory)
    guard !files.isEmpty else {
      throw StepFailure(.unknown, "no file of the workspace fits sourcePath '\(step.sourcePath.raw)'", exitCode: 1)
    }
    for file in files {
      let object = try key(execution.workspace.relative(file))
      try bucket.store(file, as: object)
      try await execution.output.line("Uploaded \(execution.workspace.relative(file)) to \(bucket.name)/\(object)")
    }
    try await execution.output.line(
      "slipway: the store is a directory of this machine: \(bucket.directory)")
    return StepResult(.succeeded)
  }

  /// - Throws: ``StepFailure`` when the path is one outside of the workspace.
  private static func relative(_ written: String) throws -> String {
    var path = FilePath(written)
    if path.isAbsolute {
      guard path.removePrefix(Workspace.mountPoint) else {
        throw StepFailure(.configuration, "'\(written)' lies outside of the workspace \(Workspace.mountPoint)")
      }
    }
    guard !path.components.contains(where: { $0.kind == .parentDirectory }) else {
      throw StepFailure(.configuration, "'\(written)' leads out of the workspace")
    }
    return path.string
  }

  /// The directories before the first pattern, with a slash; empty when a file or directory is named outright.
  private static func fixedPart(of pattern: String) -> String {
    let parts = pattern.split(separator: "/")
    let fixed = parts.prefix { !$0.contains { "*?[".contains($0) } }
    return fixed.count == parts.count ? "" : fixed.map { $0 + "/" }.joined()
  }

  private static func join(_ first: String, _ second: String) -> String {
    [first, second].flatMap { $0.split(separator: "/") }.joined(separator: "/")
  }
}
