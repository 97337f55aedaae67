import Dispatch
import Engine
import Glibc
import Synchronization

/// Turns Ctrl-C and TERM into the end of a run: the first asks for it, the second ends this process at once.
///
/// When it does, the sandbox's helper sees its parent die and takes the steps' processes with it.
final class StopSignals: Sendable {
  let latch = Latch()
  private let received = Mutex<Int32?>(nil)

  /// The first signal that came, if one did.
  var signal: Int32? { received.withLock { $0 } }

  init() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // The dispatch source only sees what the default action does not take first.
      Glibc.signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      // The handler holds its own source: signals are listened to for as long as the process lives.
      source.setEventHandler { [self] in withExtendedLifetime(source) { receive(number) } }
      source.resume()
    }
  }

  private func receive(_ number: Int32) {
    let isSecond = received.withLock { first in
      defer { first = first ?? number }
      return first != nil
    }
    if isSecond { _exit(128 + number) }
    latch.open()
  }
}
