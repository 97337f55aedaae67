import Dispatch
import Glibc
import Synchronization
package import SystemPackage

/// A terminal of its own for a process, shown on the terminal that Slipway has been started on.
///
/// The process gets the new one as its controlling terminal, so that line editing, Ctrl-C and job control work in it; what is typed goes
/// there byte for byte, and the size follows.
package final class TerminalBridge: Sendable {
  private let master: FileDescriptor
  /// What the process is given.
  package let path: FilePath
  private let isEnded = Atomic(false)

  /// - Throws: `Errno` when the machine gives no terminal.
  package init() throws(Errno) {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    // What unlockpt and ptsname do, which Glibc's module hides: TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>.
    var isLocked: CInt = 0
    var number: CUnsignedInt = 0
    guard ioctl(descriptor, 0x4004_5431, &isLocked) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0 else {
      let error = Errno(rawValue: errno)
      close(descriptor)
      throw error
    }
    master = FileDescriptor(rawValue: descriptor)
    path = FilePath("/dev/pts/\(number)")
  }

  deinit {
    // Nobody is left who waits for what could not be written.
    try? master.close()
  }

  /// Passes on what is typed and what is printed for as long as `work` goes on.
  package func run<T: Sendable>(_ work: @Sendable () async throws -> T) async throws -> T {
    let saved = Self.makeRaw()
    defer { if var saved { tcsetattr(STDIN_FILENO, TCSADRAIN, &saved) } }
    async let passing: Void = withCheckedContinuation { continuation in
      // A thread of its own: it waits for people.
      DispatchQueue.global().async {
        self.pass()
        continuation.resume()
      }
    }
    let result: Result<T, any Error>
    do { result = .success(try await work()) } catch { result = .failure(error) }
    isEnded.store(true, ordering: .releasing)
    await passing
    return try result.get()
  }

  private func pass() {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    var size = winsize()
    var typed: Int16 = Int16(POLLIN)
    while true {
      var now = winsize()
      if ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &now) == 0, now.ws_col != size.ws_col || now.ws_row != size.ws_row {
        size = now
        _ = ioctl(master.rawValue, UInt(TIOCSWINSZ), &size)
      }
      let isLast = isEnded.load(ordering: .acquiring)
      var events = [
        pollfd(fd: master.rawValue, events: Int16(POLLIN), revents: 0),
        pollfd(fd: typed == 0 ? -1 : STDIN_FILENO, events: typed, revents: 0),
      ]
      _ = poll(&events, 2, isLast ? 0 : 100)
      var isIdle = true
      if events[0].revents & Int16(POLLIN) != 0 {
        let count = read(master.rawValue, &buffer, buffer.count)
        if count > 0 {
          isIdle = false
          Self.write(buffer[..<count], to: STDOUT_FILENO)
        }
      }
      if events[1].revents != 0 {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 { Self.write(buffer[..<count], to: master.rawValue) } else { typed = 0 }
      }
      if isLast, isIdle { return }
    }
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }

  /// Turns off what the terminal itself does with what is typed; the new one does it. Nil when there is no terminal.
  private static func makeRaw() -> termios? {
    var attributes = termios()
    guard tcgetattr(STDIN_FILENO, &attributes) == 0 else { return nil }
    let saved = attributes
    cfmakeraw(&attributes)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes)
    return saved
  }
}
