import Engine
import Glibc
import Model
import Synchronization

/// Lets the person at the terminal decide about a failed step, with one key.
struct TerminalDesk: InterventionDesk {
  private static let keys: [(key: UInt8, decision: InterventionDecision, word: String)] = [
    (UInt8(ascii: "r"), .retry, "retry"), (UInt8(ascii: "i"), .ignore, "ignore"),
    (UInt8(ascii: "s"), .markAsSuccess, "mark as success"), (UInt8(ascii: "f"), .markAsFailure, "mark as failure"),
    (UInt8(ascii: "a"), .abort, "abort the run"),
  ]

  /// How often the keyboard is looked at while somebody thinks.
  private static let interval = Duration.milliseconds(100)

  private let clock: EngineClock
  /// Whether a question is on the screen: there is one keyboard for all of them.
  private let isTaken = Occupied()

  /// - Returns: nil when nobody sits at a terminal that can be both read from and drawn on.
  init?(_ terminal: Terminal, clock: EngineClock) {
    guard terminal.isInteractive, isatty(STDIN_FILENO) == 1 else { return nil }
    self.clock = clock
  }

  var isAttended: Bool { true }

  func question(about request: InterventionRequest) -> String {
    let choices = Self.keys.map { "\(Character(UnicodeScalar($0.key))) to \($0.word)" }.joined(separator: ", ")
    return "\(request.message ?? request.failure.rawValue): press \(choices) (within \(request.timeout.count) s)"
  }

  func decide(_ request: InterventionRequest) async throws -> InterventionDecision? {
    while !isTaken.take() { try await clock.sleep(Self.interval) }
    defer { isTaken.release() }
    let keyboard = try Keyboard()
    defer { keyboard.restore() }
    while true {
      switch keyboard.key() {
      case .pressed(let byte):
        if let choice = Self.keys.first(where: { $0.key == byte | 0x20 }) { return choice.decision }
      case .none: try await clock.sleep(Self.interval)
      case .closed: return nil
      }
    }
  }

  private final class Occupied: Sendable {
    private let flag = Mutex(false)

    func take() -> Bool {
      flag.withLock { flag in
        defer { flag = true }
        return !flag
      }
    }

    func release() { flag.withLock { $0 = false } }
  }
}

/// Standard input, key by key and without an echo that would disturb what is drawn.
private struct Keyboard {
  enum Key {
    case pressed(UInt8)
    case none
    case closed
  }

  private let before: termios

  init() throws {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
      throw CommandFailure(.usage, "the terminal cannot be read: \(String(cString: strerror(errno)))")
    }
    before = settings
    settings.c_lflag &= ~(tcflag_t(ICANON) | tcflag_t(ECHO))
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }

  func restore() {
    var settings = before
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }

  func key() -> Key {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 0) > 0 else { return .none }
    var byte: UInt8 = 0
    return read(STDIN_FILENO, &byte, 1) == 1 ? .pressed(byte) : .closed
  }
}
