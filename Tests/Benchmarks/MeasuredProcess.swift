import Glibc

/// One run of a program from start to end, measured from outside.
struct MeasuredProcess {
  let seconds: Double
  /// Of the program itself and what it waited for, the largest single process, in bytes.
  let peakMemory: Int
  let exitCode: Int32

  /// Runs the program with its output thrown away.
  init(_ arguments: [String], in directory: String, environment: [String: String]) throws {
    var pid: pid_t = 0
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
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
    var exit: Int32 = 0
    var usage = rusage()
    while wait4(pid, &exit, 0, &usage) < 0 && errno == EINTR {}
    let elapsed = ContinuousClock.now - start
    seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    peakMemory = Int(usage.ru_maxrss) * 1024
    exitCode = exit & 0x7F == 0 ? exit >> 8 & 0xFF : 128 + exit & 0x7F
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
