package import Engine
import SystemPackage

/// Runs steps through the helper: on the host with a few mounts of their own, or in a container that bubblewrap makes.
///
/// Besides what every ``Sandbox`` promises:
/// - Processes on the host with the same mounts are made by one server, which keeps these mounts until ``close()``; what a process mounts
///   itself is its own all the same, and ends with it.
/// - Both outputs share one pipe, so that they keep their order.
/// - Whatever a process leaves running in the background is killed a tenth of a second after it has ended.
/// - When Slipway dies, by whatever signal, the process and all that came from it are killed.
/// - On the host, a missing mount target directly below `/`, as `/harness`, is made in a copy of the root directory
///   that only the process sees. That copy is read-only, so that nothing written there is lost unseen. Missing targets
///   further down are made on the host and stay.
/// - A container has process, mount, IPC and host name spaces of its own, Docker's default capabilities and a system
///   call filter in Docker's spirit. Device nodes work only in `/dev`, and there only the harmless ones.
/// - In a container nobody gains rights: bubblewrap always sets `no_new_privs`. So a process of another user than root
///   cannot become root by `sudo`, `su` or any other program with the set-user-ID bit, though the bit can be set and
///   is kept. What needs root has to be run as root.
/// - In a privileged container too, bubblewrap keeps `/proc/bus` and `/proc/irq` read-only, until the process remounts
///   them. Without a network, `/sys/class/net` is empty.
/// - A mount target inside of a directory that is mounted too must not lead through symbolic links there.
/// - A container's upper directory gets what the process changes and nothing else: the places that had to be made for
///   `/proc`, `/dev`, `/sys`, `/etc/hosts`, `/etc/resolv.conf` and the mounts are gone afterwards, and so are the
///   traces of making them, unless the process put something there. The work directory is empty again. (After a crash
///   they may be left; so is a half-finished upper directory.)
/// - An overlay without lower directories is its upper directory alone.
package struct ContainedSandbox: Sandbox {
  private let helper: SandboxHelper
  private let servers: SandboxServers
  private let findControlGroups: @Sendable () -> ControlGroups

  /// - Parameter findControlGroups: asked for every process that has limits.
  package init(
    helper: SandboxHelper, findControlGroups: @escaping @Sendable () -> ControlGroups = { ControlGroups() }
  ) {
    self.helper = helper
    servers = SandboxServers(helper: helper)
    self.findControlGroups = findControlGroups
  }

  package func obstacles(to limits: SandboxedProcess.Limits) -> [String] {
    let obstacles = findControlGroups().obstacles
    var sentences: [String] = []
    if limits.memory != nil, let obstacle = obstacles[.memory] {
      sentences.append("memory limits are not kept on this machine: \(obstacle)")
    }
    if limits.processors != nil, let obstacle = obstacles[.cpu] {
      sentences.append("processor limits are not kept on this machine: \(obstacle)")
    }
    return sentences
  }

  /// Ends what was kept for further processes; a process that still runs goes on. More can be run afterwards.
  package func close() { servers.close() }

  /// - Throws: ``SandboxError``, what `output` throws, or `CancellationError` when the task was cancelled before
  ///   anything began.
  @concurrent
  package func run(_ process: SandboxedProcess, output: OutputSink) async throws -> ProcessExit {
    try Task.checkCancellation()
    guard let limits = process.limits, let group = try findControlGroups().makeGroup(limits) else {
      return try await run(process, in: nil, output: output)
    }
    defer { group.remove() }
    let exit = try await run(process, in: group, output: output)
    guard group.outOfMemoryKills > 0 else { return exit }
    if exit.isSuccess {
      try await output.line("slipway: a process was killed since the memory limit was reached")
      return exit
    }
    return .outOfMemory(code: exit.shellCode)
  }

  private func run(
    _ process: SandboxedProcess, in group: ControlGroup?, output: OutputSink
  ) async throws -> ProcessExit {
    let options = try helper.sharedOptions(of: process)
    let words = try (group?.options ?? []) + helper.words(for: process)
    let request = try SandboxRequest(words: words, environment: process.environment)
    let (server, connection) = try connect(request, options, process)
    let stopSignal = StopSignal()
    stopSignal.arm { connection.control.send() }
    defer { stopSignal.disarm() }
    // When the task is cancelled, the output still has to be read while everything ends.
    return try await withTaskCancellationHandler {
      var sinkFailure: (any Error)?
      try await Self.readAll(connection.output) { bytes in
        guard sinkFailure == nil else { return }
        do {
          try await output.write(bytes)
        } catch {
          // Nobody wants the output any more. It is read on, and thrown away, until the processes have ended.
          sinkFailure = error
          stopSignal.stop()
        }
      }
      // The supervisor closes this when nothing is left of the process.
      var report: [UInt8] = []
      try await Self.readAll(connection.control) { bytes in
        if report.count < 1 << 16 { report += bytes }
      }
      if let sinkFailure { throw sinkFailure }
      switch SandboxReport(String(decoding: report, as: UTF8.self)) {
      case .ended(let exit): return exit
      case .notStarted(let error): throw error
      case nil:
        servers.remove(server)
        throw server.failure
          ?? SandboxError(.helperFailed, "\(helper.path) ended without telling how the process did.")
      }
    } onCancel: {
      stopSignal.stop()
    }
  }

  private func connect(
    _ request: SandboxRequest, _ options: [String], _ process: SandboxedProcess
  ) throws(SandboxError) -> (SandboxServer, SandboxServer.Connection) {
    let server = try servers.server(options: options, sources: process.sharedSources)
    do {
      return (server, try server.start(request))
    } catch {
      servers.remove(server)
      // It has taken nothing, so that nothing is begun twice. One that was killed is no reason to fail.
      guard error.code == .helperFailed else { throw error }
    }
    let another = try servers.server(options: options, sources: process.sharedSources)
    return (another, try another.start(request))
  }

  private static func readAll(
    _ reader: DescriptorReader, _ take: (ArraySlice<UInt8>) async throws -> Void
  ) async throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { buffer.deallocate() }
    while case let count = try await reader.read(into: buffer), count > 0 {
      try await take(Array(buffer[..<count])[...])
    }
  }
}

extension SandboxedProcess {
  /// The files and directories that the mounts of a process on the host show.
  fileprivate var sharedSources: [FilePath] {
    guard case .host = root else { return [] }
    return mounts.compactMap { mount in
      if case .bind(let source, _) = mount.source { source } else { nil }
    }
  }
}
