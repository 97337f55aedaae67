import Glibc
import Synchronization
import SystemPackage

/// One of the streams of a terminal. Each write comes out in one piece, after the one before it.
final class TerminalStream: Sendable {
  /// Set once nobody reads the stream any more; what is written after that is dropped.
  private let isClosed = Mutex(false)
  private let problem = Mutex<Errno?>(nil)
  private let sink: @Sendable (UnsafeRawBufferPointer) -> Fate

  /// What became of some bytes.
  private enum Fate {
    case arrived
    /// Nobody reads them, and nobody ever will.
    case unwanted
    case lost(Errno)
  }

  private init(sink: @escaping @Sendable (UnsafeRawBufferPointer) -> Fate) {
    self.sink = sink
  }

  /// - Parameter sink: writes all of the bytes; false when it never will again, since nobody reads them.
  convenience init(_ sink: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) {
    self.init(sink: { sink($0) ? .arrived : .unwanted })
  }

  static let standardError = TerminalStream(descriptor: STDERR_FILENO)
  static let standardOutput = TerminalStream(descriptor: STDOUT_FILENO)

  /// - Parameter descriptor: stays open as long as the stream is used.
  convenience init(descriptor: Int32) {
    self.init(sink: { bytes in
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
          // A reader that went away has seen enough.
          return errno == EPIPE ? .unwanted : .lost(Errno(rawValue: errno))
        }
      }
      return .arrived
    })
  }

  func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) {
    isClosed.withLock { isClosed in
      if isClosed { return }
      switch sink(bytes) {
      case .arrived: break
      case .unwanted: isClosed = true
      case .lost(let error):
        isClosed = true
        problem.withLock { $0 = error }
      }
    }
  }

  /// Why something that was written is lost; nil when all of it has arrived, or its reader went away.
  var failure: Errno? { problem.withLock { $0 } }
}
