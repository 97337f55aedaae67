import Glibc
import Synchronization

/// One of the streams of a terminal. Each write comes out in one piece, after the one before it.
final class TerminalStream: Sendable {
  /// Set once nobody reads the stream any more; what is written after that is dropped.
  private let isClosed = Mutex(false)
  private let sink: @Sendable (UnsafeRawBufferPointer) -> Bool

  /// - Parameter sink: writes all of the bytes; false when it never will again, since nobody reads them.
  init(_ sink: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) {
    self.sink = sink
  }

  static let standardError = TerminalStream(descriptor: STDERR_FILENO)
  static let standardOutput = TerminalStream(descriptor: STDOUT_FILENO)

  /// - Parameter descriptor: stays open as long as the stream is used.
  convenience init(descriptor: Int32) {
    self.init { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // Whoever shares the descriptor may have made it non-blocking.
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
        } else if errno != EINTR {
          // The reader went away (EPIPE), or the disk is full: there is nowhere left to say so.
          return false
        }
      }
      return true
    }
  }

  func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) {
    isClosed.withLock { isClosed in
      if !isClosed { isClosed = !sink(bytes) }
    }
  }
}
