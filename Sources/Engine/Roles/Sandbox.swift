package import SystemPackage

/// Runs one process, contained, and hands on what it prints.
///
/// Every holder promises:
/// - the process gets exactly the environment that is asked for, nothing of Slipway's own;
/// - standard output and standard error go to `output` as they come; standard input is empty;
/// - when the surrounding task is cancelled, the whole tree of processes is sent TERM, and KILL after the grace period,
///   and the call returns only when none of them is left;
/// - nothing of it remains afterwards: no process, mount or namespace.
package protocol Sandbox: Sendable {
  /// - Throws: an error that says why, when the process could not be started; a process that starts and fails is no error.
  func run(_ process: SandboxedProcess, output: OutputSink) async throws -> ProcessExit

  /// Which of the limits are not kept on this machine, and why: a sentence for each.
  func obstacles(to limits: SandboxedProcess.Limits) -> [String]
}

extension Sandbox {
  package func obstacles(to limits: SandboxedProcess.Limits) -> [String] { [] }
}

/// How a process ended.
package enum ProcessExit: Hashable, Sendable {
  case exited(code: Int)
  case killed(signal: Int)
  /// It or a process that it had started was killed because the memory that its limit allows was used up; the code is its own.
  case outOfMemory(code: Int)

  package var isSuccess: Bool { self == .exited(code: 0) }

  /// As a shell reports it: the exit code, or 128 and the signal's number.
  package var shellCode: Int {
    switch self {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    case .outOfMemory(let code): code
    }
  }
}

/// A process to be run in a sandbox.
package struct SandboxedProcess: Sendable {
  /// What the process sees as its root directory.
  package enum Root: Sendable {
    /// The machine's own file system.
    case host
    /// A container: an overlay of read-only directories, with a writable one on top that receives every change.
    case overlay(Overlay)
  }

  package struct Overlay: Sendable {
    /// Topmost first, as the kernel's `lowerdir` wants them; in overlay form (whiteouts are character devices 0:0).
    package var lowerDirectories: [FilePath]
    package var upperDirectory: FilePath
    /// An empty directory in the same file system as `upperDirectory`, for the kernel's own use.
    package var workDirectory: FilePath

    package init(lowerDirectories: [FilePath], upperDirectory: FilePath, workDirectory: FilePath) {
      self.lowerDirectories = lowerDirectories
      self.upperDirectory = upperDirectory
      self.workDirectory = workDirectory
    }
  }

  package struct Mount: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
      /// A directory or a file of the host.
      case bind(FilePath, isReadOnly: Bool)
      /// An empty file system in memory, gone afterwards.
      case temporary(sizeInBytes: Int?)
    }

    package var source: Source
    /// Absolute, as the process sees it. Made when it does not exist.
    package var target: FilePath

    package init(_ source: Source, at target: FilePath) {
      self.source = source
      self.target = target
    }
  }

  package struct User: Hashable, Sendable {
    package var userID: UInt32
    package var groupID: UInt32
    package var supplementaryGroupIDs: [UInt32]

    package init(userID: UInt32, groupID: UInt32, supplementaryGroupIDs: [UInt32] = []) {
      self.userID = userID
      self.groupID = groupID
      self.supplementaryGroupIDs = supplementaryGroupIDs
    }

    package static let root = User(userID: 0, groupID: 0)
  }

  /// What a process and all that it starts may use together; nil is no limit.
  package struct Limits: Hashable, Sendable {
    /// In bytes.
    package var memory: Int64?
    /// In thousandths of a processor.
    package var processors: Int64?

    package init(memory: Int64? = nil, processors: Int64? = nil) {
      self.memory = memory
      self.processors = processors
    }
  }

  package enum Network: Hashable, Sendable {
    case host
    /// Only a loopback interface of its own.
    case none
  }

  /// The program, absolute or to be found on the PATH of `environment`, and its arguments.
  package var arguments: [String]
  package var environment: [String: String]
  /// Absolute, as the process sees it. In a container it is made when it does not exist.
  package var workingDirectory: FilePath
  package var root: Root
  package var mounts: [Mount]
  /// Nil keeps the caller's on the host, and means root in a container.
  package var user: User?
  package var network: Network
  /// Keeps every capability and leaves out the system call filter.
  package var isPrivileged: Bool
  /// A terminal that the process gets as its own, for input and output; nil gives it no input, and its output to the sink.
  package var terminal: FilePath?
  /// Between TERM and KILL when the run is cancelled or out of time.
  package var gracePeriod: Duration
  /// Further names of the loopback address, in a container.
  package var hostNames: [String]
  /// Kept as far as the machine can: ``Sandbox/obstacles(to:)`` tells.
  package var limits: Limits?

  package init(
    _ arguments: [String], environment: [String: String], workingDirectory: FilePath, root: Root = .host,
    mounts: [Mount] = [], user: User? = nil, network: Network = .host, isPrivileged: Bool = false,
    gracePeriod: Duration = .seconds(10), hostNames: [String] = [],
    limits: Limits? = nil
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.root = root
    self.mounts = mounts
    self.user = user
    self.network = network
    self.isPrivileged = isPrivileged
    self.gracePeriod = gracePeriod
    self.hostNames = hostNames
    self.limits = limits
  }
}
