import Glibc

/// One run of a program from start to end, measured from outside.
struct MeasuredProcess {
  let seconds: Double
  /// Of the program itself and what it waited for, the largest single process, in bytes.
  let peakMemory: Int
  let exitCode: Int32
  /// When a text that was waited for had come out; nil when none was, or it never came.
  let secondsToText: Double?

  /// Runs the program with its output thrown away.
  ///
  /// - Parameter text: what is waited for in the output.
  init(
    _ arguments: [String], in directory: String, environment: [String: String], waitingFor text: String? = nil
  ) throws {
    var pid: pid_t = 0
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    var ends: [CInt] = [-1, -1]
    if text == nil {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    } else {
      guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
        throw BenchmarkError("no pipe")
      }
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
      posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    }
    // This program does one thing at a time, so that it can go there itself.
    guard chdir(directory) == 0 else { throw BenchmarkError("\(directory) cannot be entered") }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    let start = ContinuousClock.now
    let status = posix_spawnp(&pid, arguments[0], &actions, nil, &words, &variables)
    guard status == 0 else {
      throw BenchmarkError("\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    // The reading end stays open until the program has ended: nobody is to be hurt by a closed pipe.
    defer { if ends[0] >= 0 { close(ends[0]) } }
    secondsToText = text.flatMap { text in
      close(ends[1])
      return Self.wait(for: text, on: ends[0]) ? Self.seconds(since: start) : nil
    }
    var exit: Int32 = 0
    var usage = rusage()
    while wait4(pid, &exit, 0, &usage) < 0 && errno == EINTR {}
    seconds = Self.seconds(since: start)
    peakMemory = Int(usage.ru_maxrss) * 1024
    exitCode = exit & 0x7F == 0 ? exit >> 8 & 0xFF : 128 + exit & 0x7F
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
  }

  /// - Returns: false at the end of the output. What comes after the text is not read: it has to fit into the pipe.
  private static func wait(for text: String, on descriptor: CInt) -> Bool {
    var output = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      output += buffer[..<count]
      if String(decoding: output, as: UTF8.self).contains(text) { return true }
    }
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
