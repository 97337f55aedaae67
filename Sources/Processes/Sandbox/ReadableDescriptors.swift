import CEpoll
import Glibc
import Synchronization
import SystemPackage

/// Knows when descriptors can be read: one thread for all of them.
///
/// Dispatch's sources do the same, and crash now and then when sockets come and go quickly.
final class ReadableDescriptors: Sendable {
  static let shared = ReadableDescriptors()

  private let events: CInt
  private let waiting = Mutex<[CInt: CheckedContinuation<Void, Never>]>([:])

  private init() {
    events = epoll_create1(CInt(EPOLL_CLOEXEC))
    precondition(events >= 0, "the kernel gives no descriptor for events")
    var thread = pthread_t()
    // It lives as long as the process, and so does this object.
    let result = pthread_create(
      &thread, nil,
      { object in
        guard let object else { return nil }
        Unmanaged<ReadableDescriptors>.fromOpaque(object).takeUnretainedValue().resumeForever()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(result == 0, "the kernel gives no thread")
    pthread_detach(thread)
  }

  /// Returns when the descriptor can be read, or has come to its end.
  func wait(for descriptor: FileDescriptor) async {
    await withCheckedContinuation { continuation in
      let number = descriptor.rawValue
      waiting.withLock { $0[number] = continuation }
      var event = epoll_event()
      event.events = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
      event.data.fd = number
      // It is known already when it was waited for before.
      if epoll_ctl(events, EPOLL_CTL_MOD, number, &event) == 0 { return }
      if epoll_ctl(events, EPOLL_CTL_ADD, number, &event) == 0 { return }
      // What cannot be waited for is read at once, and reading says what is wrong with it.
      resume(number)
    }
  }

  private func resume(_ number: CInt) {
    waiting.withLock { $0.removeValue(forKey: number) }?.resume()
  }

  private func resumeForever() {
    var found = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(events, &found, CInt(found.count), -1)
      for index in 0..<max(0, Int(count)) { resume(found[index].data.fd) }
    }
  }
}
