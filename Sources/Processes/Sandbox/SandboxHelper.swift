import Engine
package import SystemPackage

/// The program `slipway-sandbox`, which runs a process on the host, or has bubblewrap make a container for it.
package struct SandboxHelper: Hashable, Sendable {
  package static let name = "slipway-sandbox"

  package let path: FilePath
  /// The program `bwrap`, which makes the containers.
  package let bubblewrap: FilePath

  package init(path: FilePath, bubblewrap: FilePath = "/usr/bin/bwrap") {
    self.path = path
    self.bubblewrap = bubblewrap
  }

  /// The helper that lies in the same directory as `executable`, where it is built and installed.
  package init(besideExecutable executable: FilePath) {
    self.init(path: executable.removingLastComponent().appending(Self.name))
  }

  /// The mounts that processes on the host share.
  func sharedOptions(of process: SandboxedProcess) throws(SandboxError) -> [String] {
    switch process.root {
    case .host: try options(for: process.mounts)
    // Those of a container are made with it.
    case .overlay: []
    }
  }

  /// The words that ask for `process`.
  func words(for process: SandboxedProcess) throws(SandboxError) -> [String] {
    var words: [String] = []
    switch process.root {
    case .host: break
    case .overlay(let overlay):
      for lower in overlay.lowerDirectories { words += ["--lower", try absolute(lower)] }
      words += ["--upper", try absolute(overlay.upperDirectory), "--work", try absolute(overlay.workDirectory)]
      words += ["--bubblewrap", try absolute(bubblewrap)]
      for name in process.hostNames { words += ["--host-alias", name] }
      words += try options(for: process.mounts)
    }
    if let user = process.user {
      let groups = user.supplementaryGroupIDs.map(String.init).joined(separator: ",")
      words += ["--user", "\(user.userID):\(user.groupID)" + (groups.isEmpty ? "" : ":" + groups)]
    }
    if process.network == .none { words.append("--no-network") }
    if process.isPrivileged { words.append("--privileged") }
    if let terminal = process.terminal { words += ["--terminal", try absolute(terminal)] }
    words += ["--directory", try absolute(process.workingDirectory)]
    words += ["--grace", String(process.gracePeriod.wholeMilliseconds), "--"]
    guard let program = process.arguments.first, !program.isEmpty else {
      throw SandboxError(.invalidRequest, "No program was named.")
    }
    return words + process.arguments
  }

  private func options(for mounts: [SandboxedProcess.Mount]) throws(SandboxError) -> [String] {
    var words: [String] = []
    for mount in mounts { words += try arguments(for: mount) }
    if let broken = words.first(where: { $0.utf8.contains(0) }) {
      throw SandboxError(.invalidRequest, "A mount's path holds a NUL byte: \(broken.debugDescription).")
    }
    return words
  }

  private func arguments(for mount: SandboxedProcess.Mount) throws(SandboxError) -> [String] {
    let target = try absolute(mount.target)
    switch mount.source {
    case .bind(let source, let isReadOnly):
      return [isReadOnly ? "--bind-read-only" : "--bind", try absolute(source), target]
    case .temporary(let size):
      return (size.map { ["--temporary-size", String($0)] } ?? []) + ["--temporary", target]
    }
  }

  private func absolute(_ path: FilePath) throws(SandboxError) -> String {
    guard path.isAbsolute else {
      throw SandboxError(.invalidRequest, "A sandbox needs absolute paths, and '\(path)' is not.")
    }
    return path.string
  }
}

extension Duration {
  /// Rounded down, and nothing below zero.
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    // More than a century is as good as for ever, and fits the helper's arithmetic.
    let limit: Int64 = 1 << 42
    return overflows ? limit : min(max(product + attoseconds / 1_000_000_000_000_000, 0), limit)
  }
}
