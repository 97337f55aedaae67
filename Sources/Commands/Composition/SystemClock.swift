import Engine
import Glibc
import Model

extension EngineClock {
  /// The machine's own clock.
  static let system = EngineClock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    },
    sleep: { try await Task.sleep(for: $0) })
}
