package import Engine
import Subprocess
import SystemPackage

/// Runs steps through the helper: on the host with a few mounts of their own, or in a container that bubblewrap makes.
///
/// Besides what every ``Sandbox`` promises:
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
  private let findControlGroups: @Sendable () -> ControlGroups

  /// - Parameter findControlGroups: asked for every process that has limits.
  package init(
    helper: SandboxHelper, findControlGroups: @escaping @Sendable () -> ControlGroups = { ControlGroups() }
  ) {
    self.helper = helper
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
    let arguments = try helper.arguments(for: process)
    let environment = try EnvironmentPipe.open(process.environment)
    let stopSignal = StopSignal()
    // Awaited right below, and not cancelled but stopped: while the helper ends everything, the output still has to be
    // read.
    let (program, words) = group?.commandLine(for: helper.path, arguments) ?? (helper.path, arguments)
    let running = Task {
      try await run(program, words, environment: environment, output: output, stopSignal: stopSignal)
    }
    do {
      return try await withTaskCancellationHandler {
        try await running.value
      } onCancel: {
        stopSignal.stop()
      }
    } catch let error as SandboxError where error.code == .helperFailed && Task.isCancelled {
      // The helper was stopped before it listened for that, and so before anything began.
      throw CancellationError()
    }
  }

  private func run(
    _ program: FilePath, _ arguments: [String], environment: FileDescriptor, output: OutputSink,
    stopSignal: StopSignal
  ) async throws -> ProcessExit {
    let configuration = Configuration(
      executable: .path(program), arguments: Arguments(arguments),
      environment: .custom([:] as [Environment.Key: String]))
    var sinkFailure: (any Error)?
    var report = ""
    do {
      _ = try await Subprocess.run(
        configuration, input: .fileDescriptor(environment, closeAfterSpawningProcess: true), output: .sequence,
        error: .sequence
      ) { execution in
        stopSignal.arm {
          // It fails when the helper has ended just now, and then there is nothing left to stop.
          try? execution.send(signal: .terminate)
        }
        defer { stopSignal.disarm() }
        async let status = Self.readStatus(execution.standardError)
        for try await chunk in execution.standardOutput where sinkFailure == nil {
          do {
            try await output.write(chunk.withUnsafeBytes { Array($0) }[...])
          } catch {
            // Nobody wants the output any more. It is read on, and thrown away, until the processes have ended.
            sinkFailure = error
            stopSignal.stop()
          }
        }
        report = try await status
      }
    } catch let error as SubprocessError where error.code == .executableNotFound || error.code == .spawnFailed {
      throw SandboxError(
        .helperMissing, "\(helper.path) cannot be started. \(SandboxError.Code.helperMissing.wayOut ?? "")",
        cause: error)
    }
    if let sinkFailure { throw sinkFailure }
    switch SandboxReport(report) {
    case .ended(let exit): return exit
    case .notStarted(let error): throw error
    case nil:
      let rest = report.isEmpty ? "" : " It said: \(report)"
      throw SandboxError(.helperFailed, "\(helper.path) ended without telling how the process did.\(rest)")
    }
  }

  /// The first 64 KiB; the helper writes one line.
  private static func readStatus(_ stream: SubprocessOutputSequence) async throws -> String {
    var bytes: [UInt8] = []
    for try await chunk in stream where bytes.count < 1 << 16 {
      chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
