import Model
import Synchronization

/// Events in the order in which they happen, and a clock that jumps from one to the next.
struct VirtualTime {
  private struct Entry {
    let at: Timestamp
    let number: Int
    let event: SchedulerEvent

    static func < (left: Entry, right: Entry) -> Bool {
      left.at == right.at ? left.number < right.number : left.at < right.at
    }
  }

  /// Read by evaluators, which hold a clock of their own.
  private final class Moment: Sendable {
    let now: Mutex<Timestamp>

    init(_ now: Timestamp) { self.now = Mutex(now) }
  }

  private let moment: Moment
  private(set) var now: Timestamp
  private var count = 0
  /// What happens now, first come first served: most of a simulation.
  private var immediate: [SchedulerEvent] = []
  private var taken = 0
  /// A heap of what happens later.
  private var later: [Entry] = []

  init(from start: Timestamp) {
    now = start
    moment = Moment(start)
  }

  var clock: EngineClock {
    let moment = moment
    return EngineClock(
      now: { moment.now.withLock { $0 } },
      sleep: { _ in preconditionFailure("nothing sleeps in virtual time") })
  }

  mutating func schedule(_ event: SchedulerEvent) { immediate.append(event) }

  mutating func schedule(_ event: SchedulerEvent, after delay: Seconds) {
    guard delay.count > 0 else { return schedule(event) }
    count += 1
    later.append(
      Entry(at: Timestamp(milliseconds: now.milliseconds + Int64(delay.count) * 1000), number: count, event: event))
    var place = later.count - 1
    while place > 0, later[place] < later[(place - 1) / 2] {
      later.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// The next event; the time moves on to it.
  mutating func next() -> SchedulerEvent? {
    if taken < immediate.count {
      defer { taken += 1 }
      return immediate[taken]
    }
    immediate.removeAll(keepingCapacity: true)
    taken = 0
    guard let first = later.first else { return nil }
    let last = later.removeLast()
    if !later.isEmpty {
      later[0] = last
      sink()
    }
    now = first.at
    moment.now.withLock { $0 = first.at }
    return first.event
  }

  private mutating func sink() {
    var place = 0
    while true {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      var least = place
      if left < later.count, later[left] < later[least] { least = left }
      if right < later.count, later[right] < later[least] { least = right }
      guard least != place else { return }
      later.swapAt(place, least)
      place = least
    }
  }
}
