import Dispatch
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

/// A program that is under way, so that it can be watched and signalled.
///
/// Whoever starts one calls ``finish()`` or ``kill(after:)``: nothing else waits for the process.
final class StartedProgram: Sendable {
  struct Ending: Sendable {
    /// As a shell reports it.
    let code: Int
    /// Standard output and standard error together.
    let output: [UInt8]
    /// Of the program itself, in bytes, when it last printed something; 0 where it printed nothing.
    ///
    /// What the system says at the end counts the memory of the test's own process, which each child begins as.
    let peakMemory: Int

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  let process: pid_t
  private let reader: FileDescriptor
  private let printed = Mutex<[UInt8]>([])
  private let peakMemory = Mutex(0)
  /// Older output is forgotten when there is more: for programs that print much.
  private let keptBytes: Int

  init(
    _ arguments: [String], environment: [String: String], in directory: FilePath, keptBytes: Int = 64 << 20
  ) throws {
    self.keptBytes = keptBytes
    let (reader, writer) = try FileDescriptor.pipe(options: .closeOnExec)
    self.reader = reader
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 1)
    posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 2)
    // `env` becomes the program, so that the process stays the same.
    let arguments = ["env", "-C", directory.string] + arguments
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, arguments[0], &actions, nil, &words, &variables)
    self.process = process
    try writer.close()
    guard status == 0 else {
      try reader.close()
      throw Errno(rawValue: status)
    }
  }

  /// - Returns: false when the program ended without printing the text.
  @discardableResult
  func wait(for text: String) async throws -> Bool {
    while !printed.withLock({ String(decoding: $0, as: UTF8.self).contains(text) }) {
      guard try await read() else { return false }
    }
    return true
  }

  func signal(_ number: Int32) {
    _ = Glibc.kill(process, number)
  }

  /// Reads what is still printed and waits for the end.
  func finish() async throws -> Ending {
    while try await read() {}
    return try await reap()
  }

  /// Kills the program as nothing can prevent, unless it ends before that time is over. It must not print more than a pipe holds.
  func kill(after time: Duration) async throws -> Ending {
    await offThread { [self] in
      // Asked for nothing, the pipe still tells when nobody holds its other end any more.
      var event = pollfd(fd: reader.rawValue, events: 0, revents: 0)
      let (seconds, attoseconds) = time.components
      _ = poll(&event, 1, CInt(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
      _ = Glibc.kill(process, SIGKILL)
    }
    return try await finish()
  }

  private func read() async throws -> Bool {
    try await offThread { [self] in
      Result {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
        if let peak = peakOfLivingProcess() { peakMemory.withLock { $0 = max($0, peak) } }
        printed.withLock { bytes in
          bytes += buffer[..<count]
          if bytes.count > 2 * keptBytes { bytes.removeFirst(bytes.count - keptBytes) }
        }
        return count > 0
      }
    }.get()
  }

  /// - Returns: nil when the process has ended, or is not yet the program.
  private func peakOfLivingProcess() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
      !status.hasPrefix("Name:\tenv\n"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }

  private func reap() async throws -> Ending {
    let process = process
    let status = await offThread {
      var status: CInt = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
      return status
    }
    try reader.close()
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return Ending(code: Int(code), output: printed.withLock { $0 }, peakMemory: peakMemory.withLock { $0 })
  }

  /// Where blocking hinders nobody: the pool of the concurrent tasks has as many threads as the machine has processors.
  private func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }
}
