import Glibc
import SystemPackage

/// A process's environment in a pipe that the helper reads as its standard input.
///
/// So the variables appear in no command line, and none of them, as `LD_PRELOAD`, does anything to the helper itself.
/// The pipe is filled before the helper starts: writing to one that has died meanwhile would raise SIGPIPE.
enum EnvironmentPipe {
  /// What the kernel lets any user put into a pipe: `/proc/sys/fs/pipe-max-size`.
  private static let limit = 1 << 20

  /// The end that the helper reads. The caller closes it.
  static func open(_ environment: [String: String]) throws(SandboxError) -> FileDescriptor {
    let bytes = try block(environment)
    do {
      let (reader, writer) = try FileDescriptor.pipe(options: .closeOnExec)
      do {
        try writer.closeAfter {
          try makeRoom(for: bytes.count, in: writer)
          try writer.writeAll(bytes)
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

  private static func makeRoom(for count: Int, in pipe: FileDescriptor) throws(Errno) {
    // F_GETPIPE_SZ and F_SETPIPE_SZ, which Glibc's module hides.
    guard count > fcntl(pipe.rawValue, 1032, 0) else { return }
    guard fcntl(pipe.rawValue, 1031, CInt(count)) >= count else { throw Errno(rawValue: errno) }
  }

  private static func block(_ environment: [String: String]) throws(SandboxError) -> [UInt8] {
    var bytes: [UInt8] = []
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
    guard bytes.count <= limit else {
      throw SandboxError(
        .invalidRequest, "The environment has \(bytes.count) bytes; no more than \(limit) are possible.")
    }
    return bytes
  }
}
