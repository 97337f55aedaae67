import Model
import Synchronization

@testable import Commands

/// A terminal that keeps what is written to it.
final class RecordingTerminal: Sendable {
  private let written = Mutex<(error: [UInt8], output: [UInt8])>(([], []))
  private let size: Mutex<Terminal.Size?>
  private let environment: [String: String]
  private let isErrorTerminal: Bool
  private let isOutputTerminal: Bool

  init(
    environment: [String: String] = [:], isErrorTerminal: Bool = false, isOutputTerminal: Bool = false,
    columns: Int = 80, rows: Int = 24
  ) {
    size = Mutex(Terminal.Size(columns: columns, rows: rows))
    self.environment = environment
    self.isErrorTerminal = isErrorTerminal
    self.isOutputTerminal = isOutputTerminal
  }

  var terminal: Terminal {
    Terminal(
      environment: environment, isErrorTerminal: isErrorTerminal, isOutputTerminal: isOutputTerminal,
      error: TerminalStream { [self] bytes in
        written.withLock { $0.error += bytes }
        return true
      },
      output: TerminalStream { [self] bytes in
        written.withLock { $0.output += bytes }
        return true
      },
      size: { [self] in size.withLock { $0 } }, utcOffset: { _ in 0 })
  }

  /// What was said on standard error.
  var talk: String { String(decoding: written.withLock { $0.error }, as: UTF8.self) }

  /// What was written to standard output.
  var data: String { String(decoding: written.withLock { $0.output }, as: UTF8.self) }

  func resize(columns: Int, rows: Int) {
    size.withLock { $0 = Terminal.Size(columns: columns, rows: rows) }
  }
}
