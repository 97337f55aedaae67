import Glibc
import SystemPackage

/// Reads from a pipe or a socket without a thread that waits for it. One reader at a time.
final class DescriptorReader: Sendable {
  private let descriptor: FileDescriptor

  /// - Parameter descriptor: closed when this goes.
  init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    // Nothing was written that could fail to arrive.
    try? descriptor.close()
  }

  /// Waits until there is something, and reads it into `buffer`.
  ///
  /// Goes on when the task is cancelled: whoever wants the end has to bring it about at the other side.
  /// - Returns: how many bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) async throws(Errno) -> Int {
    while true {
      let count = recv(buffer)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      // The other side has closed the connection and left something unread.
      case ECONNRESET: return 0
      case EAGAIN: await ReadableDescriptors.shared.wait(for: descriptor)
      default: throw Errno(rawValue: errno)
      }
    }
  }

  private func recv(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = Glibc.recv(descriptor.rawValue, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
    // A pipe is no socket, and is set not to wait.
    guard count < 0, errno == ENOTSOCK else { return count }
    return Glibc.read(descriptor.rawValue, buffer.baseAddress, buffer.count)
  }

  /// Sends one byte, if there is still somebody who reads it.
  func send() {
    var byte: UInt8 = 0
    _ = Glibc.send(descriptor.rawValue, &byte, 1, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
  }
}
