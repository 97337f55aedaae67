import Glibc
import Synchronization
import SystemPackage

/// A running `slipway-sandbox serve`: makes processes that see the same mounts, each of which then costs a fork.
///
/// It ends when this object goes, when ``close()`` is called, and when Slipway dies.
final class SandboxServer: Sendable {
  /// What Slipway holds of a process that was asked for.
  struct Connection {
    /// Both outputs of the process.
    let output: DescriptorReader
    /// The supervisor's report arrives here.
    let control: DescriptorReader
  }

  private struct State {
    /// Negative once it has been waited for.
    var process: pid_t
    /// Nil once it is closed.
    var socket: FileDescriptor?
  }

  private let state: Mutex<State>
  private let helper: SandboxHelper

  /// - Parameter options: the mounts.
  init(_ helper: SandboxHelper, options: [String]) throws(SandboxError) {
    self.helper = helper
    let (own, theirs) = try Self.socketPair()
    defer { Self.close(theirs) }
    do {
      let process = try Self.start([helper.path.string, "serve"] + options, standardInput: theirs)
      state = Mutex(State(process: process, socket: own))
    } catch {
      Self.close(own)
      throw SandboxError(
        .helperMissing, "\(helper.path) cannot be started. \(SandboxError.Code.helperMissing.wayOut ?? "")",
        cause: error)
    }
  }

  deinit { close() }

  /// Asks for a process.
  ///
  /// - Parameter request: see ``SandboxRequest``.
  /// - Throws: ``SandboxError``, with what the server has said when it could not make the mounts.
  func start(_ request: SandboxRequest) throws(SandboxError) -> Connection {
    do {
      let (output, theirOutput) = try FileDescriptor.pipe(options: [.closeOnExec, .nonBlocking])
      defer { Self.close(theirOutput) }
      let outputReader = DescriptorReader(output)
      // Only Slipway's end waits for nothing; the process's own writing has to.
      try theirOutput.setBlocking()
      let (control, theirControl) = try Self.socketPair()
      defer { Self.close(theirControl) }
      let controlReader = DescriptorReader(control)
      let input = try request.pipe()
      defer { Self.close(input) }
      try state.withLock { state throws(Errno) in
        guard let socket = state.socket else { throw .brokenPipe }
        try socket.send([input, theirOutput, theirControl])
      }
      return Connection(output: outputReader, control: controlReader)
    } catch let error as SandboxError {
      throw error
    } catch {
      throw failure ?? SandboxError(.helperFailed, "\(helper.path) takes no requests: \(error).", cause: error)
    }
  }

  /// Why the server has ended, as far as it has said so.
  var failure: SandboxError? {
    state.withLock { state -> SandboxError? in
      guard let socket = state.socket else { return nil }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(socket.rawValue, &bytes, bytes.count, CInt(MSG_DONTWAIT))
      guard count > 0 else { return nil }
      if case .notStarted(let error)? = SandboxReport(String(decoding: bytes.prefix(count), as: UTF8.self)) {
        return error
      }
      return nil
    }
  }

  /// Ends the server and waits for that. Processes that it has made are not its own: they go on.
  func close() {
    state.withLock { state in
      if let socket = state.socket { Self.close(socket) }
      state.socket = nil
      // It has nothing to do but to see that the socket is closed.
      if state.process > 0 { while waitpid(state.process, nil, 0) < 0, errno == EINTR {} }
      state.process = -1
    }
  }

  // MARK: - System calls

  private static func socketPair() throws(SandboxError) -> (FileDescriptor, FileDescriptor) {
    var pair: [CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
      let error = Errno(rawValue: errno)
      throw SandboxError(.helperFailed, "The helper gets no socket: \(error).", cause: error)
    }
    return (FileDescriptor(rawValue: pair[0]), FileDescriptor(rawValue: pair[1]))
  }

  private static func start(_ arguments: [String], standardInput: FileDescriptor) throws(Errno) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, standardInput.rawValue, 0)
    for descriptor: CInt in [1, 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    let strings: [UnsafeMutablePointer<CChar>?] = arguments.map { argument in strdup(argument) }
    defer { for string in strings { free(string) } }
    var words = strings + [nil]
    // None of Slipway's own variables.
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = -1
    let result = posix_spawn(&process, arguments[0], &actions, nil, &words, &environment)
    guard result == 0 else { throw Errno(rawValue: result) }
    return process
  }

  private static func close(_ descriptor: FileDescriptor) {
    // There is nothing to be flushed and nobody to be told.
    try? descriptor.close()
  }
}

extension FileDescriptor {
  fileprivate func setBlocking() throws(Errno) {
    let flags = fcntl(rawValue, F_GETFL)
    guard flags >= 0, fcntl(rawValue, F_SETFL, flags & ~O_NONBLOCK) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Sends a byte, and with it these descriptors: `SCM_RIGHTS`, see unix(7).
  fileprivate func send(_ descriptors: [FileDescriptor]) throws(Errno) {
    let numbers = descriptors.map(\.rawValue)
    // CMSG_LEN and CMSG_SPACE are macros that Swift does not see: a header, and the numbers right behind it.
    var header = cmsghdr()
    header.cmsg_len = MemoryLayout<cmsghdr>.size + numbers.count * MemoryLayout<CInt>.size
    header.cmsg_level = SOL_SOCKET
    header.cmsg_type = CInt(SCM_RIGHTS)
    var control = [UInt8]()
    withUnsafeBytes(of: header) { control.append(contentsOf: $0) }
    numbers.withUnsafeBytes { control.append(contentsOf: $0) }
    while control.count % MemoryLayout<Int>.size != 0 { control.append(0) }
    var byte: UInt8 = 0
    let sent = withUnsafeMutableBytes(of: &byte) { byte in
      control.withUnsafeMutableBytes { control in
        var bytes = iovec(iov_base: byte.baseAddress, iov_len: 1)
        return withUnsafeMutablePointer(to: &bytes) { bytes in
          var message = msghdr()
          message.msg_iov = bytes
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          return sendmsg(rawValue, &message, CInt(MSG_NOSIGNAL))
        }
      }
    }
    guard sent == 1 else { throw Errno(rawValue: errno) }
  }
}
