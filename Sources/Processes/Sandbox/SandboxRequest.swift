import Glibc
import SystemPackage

/// What the helper is asked for, in the form of `request_read_served`: how many words the command line has, the words, and the environment;
/// strings that each end with a NUL byte.
///
/// It travels in a pipe. So the variables appear in no command line, and none of them, as `LD_PRELOAD`, does anything to the helper
/// itself. The pipe is filled before the helper reads it: writing to one that has died meanwhile would raise SIGPIPE.
struct SandboxRequest {
  /// What the kernel lets any user put into a pipe: `/proc/sys/fs/pipe-max-size`.
  private static let limit = 1 << 20

  private let bytes: [UInt8]

  /// - Parameter words: options, `--` and the program with its arguments.
  init(words: [String], environment: [String: String]) throws(SandboxError) {
    if let broken = words.first(where: { $0.utf8.contains(0) }) {
      throw SandboxError(.invalidRequest, "An argument holds a NUL byte: \(broken.debugDescription).")
    }
    var bytes = Array("\(words.count)\0".utf8)
    for word in words {
      bytes += word.utf8
      bytes.append(0)
    }
    let start = bytes.count
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      guard !name.isEmpty, !name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }), !value.utf8.contains(0)
      else {
        throw SandboxError(.invalidRequest, "'\(name)' cannot be an environment variable with this name and value.")
      }
      bytes += name.utf8
      bytes.append(UInt8(ascii: "="))
      bytes += value.utf8
      bytes.append(0)
    }
    guard bytes.count <= Self.limit else {
      throw SandboxError(
        .invalidRequest,
        "The command line has \(start) bytes and the environment \(bytes.count - start); no more than \(Self.limit) are possible."
      )
    }
    self.bytes = bytes
  }

  /// The end that the helper reads. The caller closes it.
  func pipe() throws(SandboxError) -> FileDescriptor {
    do {
      let (reader, writer) = try FileDescriptor.pipe(options: .closeOnExec)
      do {
        try writer.closeAfter {
          try makeRoom(in: writer)
          _ = try writer.writeAll(bytes)
        }
        return reader
      } catch {
        try reader.close()
        throw error
      }
    } catch {
      throw SandboxError(.helperFailed, "The environment cannot be handed on: \(error).", cause: error)
    }
  }

  private func makeRoom(in pipe: FileDescriptor) throws(Errno) {
    // Whatever the limits are, this much is always there: pipe(7).
    guard bytes.count > 4096 else { return }
    // F_GETPIPE_SZ and F_SETPIPE_SZ, which Glibc's module hides.
    guard bytes.count > fcntl(pipe.rawValue, 1032, 0) else { return }
    guard fcntl(pipe.rawValue, 1031, CInt(bytes.count)) >= bytes.count else { throw Errno(rawValue: errno) }
  }
}
