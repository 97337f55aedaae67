import Model
import OCI
package import SystemPackage

/// A directory of `sharedPaths`: all steps of a stage see it under its own absolute path.
package struct SharedPath: Hashable, Sendable {
  /// As the steps see it.
  package let target: FilePath
  /// Where it lies on this machine.
  package let directory: FilePath
}

enum SharedPaths {
  /// - Parameter root: where the stage's shared directories are kept; made when there are any.
  /// - Throws: ``StepFailure`` for a path that is not absolute.
  static func make(_ paths: [Text], in root: FilePath, evaluator: StepEvaluator) throws -> [SharedPath] {
    try paths.compactMap { text in
      let written = try evaluator.render(text)
      let target = FilePath(written).lexicallyNormalized()
      guard target.isAbsolute, !target.components.isEmpty else {
        throw StepFailure(.configuration, "sharedPaths: '\(written)' is no absolute path")
      }
      // The workspace is shared anyway.
      guard !target.starts(with: Workspace.mountPoint) else { return nil }
      let name = PercentEncoding.encode(FilePath(target.components.map(\.string).joined(separator: "_")).bytes)
      let directory = root.appending(name)
      try directory.createDirectories()
      try FileTree.setMode(0o777, of: directory)
      return SharedPath(target: target, directory: directory)
    }
  }

  static func containerMounts(_ paths: [SharedPath]) -> [SandboxedProcess.Mount] {
    paths.map { .init(.bind($0.directory, isReadOnly: false), at: $0.target) }
  }

  /// On the machine itself only where the place exists or lies directly below the root: nothing is made there that would stay.
  static func hostMounts(_ paths: [SharedPath]) -> [SandboxedProcess.Mount] {
    containerMounts(paths.filter { $0.target.components.count == 1 || (try? FileStatus(of: $0.target)) != nil })
  }
}
