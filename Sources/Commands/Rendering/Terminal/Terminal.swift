import Glibc
import Model

/// Where a command speaks to its user: talk goes to standard error, data to standard output.
///
/// What is written by one call comes out in one piece, whoever else writes through a terminal of this process.
struct Terminal: Sendable {
  /// In character cells.
  struct Size: Hashable, Sendable {
    let columns: Int
    let rows: Int
  }

  private let error: TerminalStream
  private let output: TerminalStream
  private let measure: @Sendable () -> Size?
  private let utcOffset: @Sendable (Timestamp) -> Int
  private let fallbackSize: Size

  /// What talk and data may look like.
  let talkPalette: Palette
  let dataPalette: Palette
  let glyphs: Glyphs
  /// A person watches standard error on something whose cursor can be moved.
  let isInteractive: Bool
  /// Standard output goes to a screen.
  let isDataOnScreen: Bool

  /// - Parameters:
  ///   - environment: `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `TERM`, `CI`, `COLUMNS`, `LINES`, `LC_ALL`, `LC_CTYPE` and `LANG` count.
  ///   - size: what the screen says of itself now; nil where there is none.
  ///   - utcOffset: how many seconds the user's clock is ahead of UTC at a moment.
  init(
    environment: [String: String], isErrorTerminal: Bool, isOutputTerminal: Bool, error: TerminalStream,
    output: TerminalStream, size: @escaping @Sendable () -> Size?, utcOffset: @escaping @Sendable (Timestamp) -> Int
  ) {
    let settings = TerminalSettings(environment)
    talkPalette = Palette(usesColor: settings.usesColor(onTerminal: isErrorTerminal))
    dataPalette = Palette(usesColor: settings.usesColor(onTerminal: isOutputTerminal))
    glyphs = settings.isUTF8 ? .unicode : .ascii
    isInteractive = isErrorTerminal && !settings.isDumb && !settings.isContinuousIntegration
    isDataOnScreen = isOutputTerminal
    self.error = error
    self.output = output
    self.measure = size
    self.utcOffset = utcOffset
    fallbackSize = Size(columns: settings.columns ?? 80, rows: settings.rows ?? 24)
  }

  /// The size of the screen at this moment.
  var size: Size {
    guard let size = measure(), size.columns > 0, size.rows > 0 else { return fallbackSize }
    return size
  }

  /// How wide a line of data may be; nil when it goes to a file or a pipe, which take any width.
  var dataWidth: Int? { isDataOnScreen ? size.columns : nil }

  /// Writes one line to standard error. The newline is added.
  func talk(_ line: String) {
    error.write(line + "\n")
  }

  /// Passes on what some program said. Bytes that could command the screen are made visible instead.
  func talk(bytes: ArraySlice<UInt8>) {
    var harmless = [UInt8]()
    harmless.reserveCapacity(bytes.count)
    HarmlessText.append(bytes, to: &harmless)
    harmless.withUnsafeBytes { error.write($0) }
  }

  /// Writes lines to standard error, all in one piece.
  func talk(_ lines: [StyledLine]) {
    error.write(lines.reduce(into: "") { $0 += $1.rendered(talkPalette) + "\n" })
  }

  /// Writes lines to standard output, all in one piece.
  func data(_ lines: [StyledLine]) {
    output.write(lines.reduce(into: "") { $0 += $1.rendered(dataPalette) + "\n" })
  }

  /// Writes to standard error as it is: what moves the cursor.
  func draw(_ text: String) {
    error.write(text)
  }

  /// Writes to standard error as it is: lines that have been made harmless.
  func talk(lines: [UInt8]) {
    lines.withUnsafeBytes { error.write($0) }
  }

  /// Writes to standard output, as it is.
  func data(_ text: String) {
    output.write(text)
  }

  func data(_ bytes: UnsafeRawBufferPointer) {
    output.write(bytes)
  }

  /// A moment as people read it, on the clock of their wall: `2026-03-01 09:30:00`.
  func localTime(_ moment: Timestamp) -> String {
    let shifted = Timestamp(milliseconds: moment.milliseconds + Int64(utcOffset(moment)) * 1000)
    return String(shifted.description.prefix { $0 != "." }.map { $0 == "T" ? " " : $0 })
  }
}

extension Terminal {
  /// The terminal that this process was started on.
  static func ofThisProcess() -> Terminal {
    var environment: [String: String] = [:]
    for name in TerminalSettings.names {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return Terminal(
      environment: environment, isErrorTerminal: isatty(STDERR_FILENO) == 1,
      isOutputTerminal: isatty(STDOUT_FILENO) == 1, error: .standardError, output: .standardOutput,
      size: { Self.measure(STDERR_FILENO) ?? Self.measure(STDOUT_FILENO) },
      utcOffset: { moment in
        var seconds = time_t(moment.seconds)
        var parts = tm()
        return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
      })
  }

  private static func measure(_ descriptor: Int32) -> Size? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
