import Dispatch
import Glibc
import Synchronization
import SystemPackage

/// A program on a terminal of its own, with a person who reads what it prints and types.
///
/// Whoever starts one calls ``finish()``: nothing else waits for the process.
final class TerminalProgram: Sendable {
  private struct State {
    var printed: [UInt8] = []
    /// Up to where ``wait(for:)`` has read.
    var read = 0
  }

  /// A program that says nothing for so long is taken to hang: it is killed, so that the test fails instead of waiting.
  private static let patience: CInt = 60_000

  private let process: pid_t
  private let master: FileDescriptor
  private let state = Mutex(State())

  /// - Throws: `Errno`.
  init(_ arguments: [String], environment: [String: String], in directory: FilePath) throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    master = FileDescriptor(rawValue: descriptor)
    // What unlockpt and ptsname do, which Glibc's module hides: TIOCSPTLCK and TIOCGPTN.
    var isLocked: CInt = 0
    var number: CUnsignedInt = 0
    guard ioctl(descriptor, 0x4004_5431, &isLocked) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0 else {
      throw Errno(rawValue: errno)
    }
    var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which Glibc's module hides.
    posix_spawnattr_setflags(&attributes, 0x80)
    // `env` becomes the program, so that the process stays the same.
    let arguments = ["env", "-C", directory.string] + arguments
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, &variables)
    self.process = process
    guard status == 0 else { throw Errno(rawValue: status) }
  }

  /// Everything that has stood on the screen.
  var text: String { state.withLock { String(decoding: $0.printed, as: UTF8.self) } }

  /// Reads on until the text comes, behind what was waited for before.
  ///
  /// - Throws: when the program ended without printing it.
  func wait(for text: String) async throws {
    let wanted = Array(text.utf8)
    while !take(wanted) {
      guard try await read() else {
        throw SlipwayProgramError(text: "‘\(text)’ was waited for, and did not come:\n\(self.text)")
      }
    }
  }

  func type(_ text: String) throws {
    try master.writeAll(text.utf8)
  }

  /// Reads what is still printed, waits for the end, and returns the exit code as a shell reports it.
  func finish() async throws -> Int {
    while try await read() {}
    let process = process
    let status = await offThread {
      var status: CInt = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
      return status
    }
    try master.close()
    return Int(status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
  }

  private func take(_ wanted: [UInt8]) -> Bool {
    state.withLock { state in
      guard let place = state.printed[state.read...].firstRange(of: wanted) else { return false }
      state.read = place.upperBound
      return true
    }
  }

  /// - Returns: false when the program, and whoever else had the terminal, is gone.
  private func read() async throws -> Bool {
    await offThread { [self] in
      var event = pollfd(fd: master.rawValue, events: Int16(POLLIN), revents: 0)
      if poll(&event, 1, Self.patience) == 0 { _ = kill(process, SIGKILL) }
      var buffer = [UInt8](repeating: 0, count: 16 << 10)
      // A terminal that nobody holds any more fails with EIO.
      let count = Glibc.read(master.rawValue, &buffer, buffer.count)
      guard count > 0 else { return false }
      state.withLock { $0.printed += buffer[..<count] }
      return true
    }
  }

  /// Where blocking hinders nobody: the pool of the concurrent tasks has as many threads as the machine has processors.
  private func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }
}

extension SlipwayProgram {
  /// Starts the program on a terminal, with the state directory of this one.
  func onTerminal(_ arguments: String...) throws -> TerminalProgram {
    let colourless = environment.merging(["TERM": "xterm", "PS1": "$ ", "LC_ALL": "C.UTF-8"]) { $1 }
    return try TerminalProgram(
      [Self.path.string] + arguments + ["--state", state.string], environment: colourless, in: directory)
  }
}
