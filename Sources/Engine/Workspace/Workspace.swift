import OCI
package import SystemPackage

/// The directory that a stage's steps share and see as `/harness`.
package struct Workspace: Hashable, Sendable {
  /// What every step calls it.
  package static let mountPoint: FilePath = "/harness"

  /// Where it lies on this machine, absolute and without symbolic links.
  package let directory: FilePath

  package init(directory: FilePath) {
    self.directory = directory
  }

  /// The file on this machine that a step's setting means.
  ///
  /// A relative path, and one that starts with `/harness`, means the workspace. Whatever leads out of it is refused: `..`, another
  /// absolute path, a symbolic link on the way. What does not exist yet may be named.
  package func resolve(_ written: String) throws(WorkspaceError) -> FilePath {
    guard !written.isEmpty else { throw WorkspaceError(.empty, written) }
    guard !written.utf8.contains(0) else { throw WorkspaceError(.notAPath, written) }
    var path = FilePath(written)
    if path.isAbsolute {
      guard path.starts(with: Self.mountPoint) else { throw WorkspaceError(.outside, written) }
      _ = path.removePrefix(Self.mountPoint)
    }
    var pending = Array(path.components.reversed())
    var resolved: [FilePath.Component] = []
    var followed = 0
    while let component = pending.popLast() {
      switch component.kind {
      case .currentDirectory: continue
      case .parentDirectory:
        guard resolved.popLast() != nil else { throw WorkspaceError(.outside, written) }
        continue
      case .regular: break
      }
      let candidate = absolute(resolved + [component])
      guard let link = linkTarget(of: candidate) else {
        resolved.append(component)
        continue
      }
      followed += 1
      guard followed <= 40 else { throw WorkspaceError(.tooManyLinks, written) }
      var target = link
      if target.isAbsolute {
        guard target.starts(with: Self.mountPoint) else { throw WorkspaceError(.linkLeadsOutside, written) }
        _ = target.removePrefix(Self.mountPoint)
        resolved = []
      }
      // A relative link may climb; whether it climbs out is seen when its components are taken.
      pending += target.components.reversed()
    }
    return absolute(resolved)
  }

  /// The path relative to the workspace, as reports show it.
  package func relative(_ path: FilePath) -> String {
    var copy = path
    return copy.removePrefix(directory) ? copy.string : path.string
  }

  private func absolute(_ components: [FilePath.Component]) -> FilePath {
    var path = directory
    path.components.append(contentsOf: components)
    return path
  }

  private func linkTarget(of path: FilePath) -> FilePath? {
    guard let status = try? FileStatus(of: path), status.kind == .symbolicLink else {
      // Not there: then it is no link either.
      return nil
    }
    return SymbolicLink.target(of: path).map(FilePath.init(bytes:))
  }
}

/// Why a setting's path is not taken.
package struct WorkspaceError: Error, Hashable {
  package enum Code: String, Sendable {
    case empty
    case notAPath
    case outside
    case linkLeadsOutside
    case tooManyLinks
  }

  package let code: Code
  package let path: String

  init(_ code: Code, _ path: String) {
    self.code = code
    self.path = path
  }

  package var message: String {
    switch code {
    case .empty: "the path is empty"
    case .notAPath: "‘\(path)’ is no path"
    case .outside: "‘\(path)’ leads out of the workspace: paths are relative to /harness, or start with it"
    case .linkLeadsOutside: "‘\(path)’ goes through a symbolic link that leads out of the workspace /harness"
    case .tooManyLinks: "‘\(path)’ goes through too many symbolic links"
    }
  }
}
