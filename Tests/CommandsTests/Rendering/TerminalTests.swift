import Model
import Testing

@testable import Commands

struct TerminalTests {
  @Test(arguments: [
    ([:], false, false), ([:], true, false), (["TERM": "xterm"], true, true), (["TERM": "xterm"], false, false),
    (["TERM": "dumb"], true, false), (["TERM": "xterm", "NO_COLOR": "1"], true, false),
    (["TERM": "xterm", "NO_COLOR": ""], true, true), (["FORCE_COLOR": "1"], false, true),
    (["TERM": "xterm", "FORCE_COLOR": "0"], true, false), (["CLICOLOR_FORCE": "1"], false, true),
    (["CLICOLOR_FORCE": "0"], false, false), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false, false),
    (["CI": "true", "TERM": "xterm"], true, true),
  ])
  func `colours follow the environment and the kind of stream`(
    _ environment: [String: String], _ isTerminal: Bool, _ expected: Bool
  ) {
    #expect(TerminalSettings(environment).usesColor(onTerminal: isTerminal) == expected)
  }

  @Test(arguments: [
    ([:], true), (["LANG": "C"], false), (["LANG": "de_DE.UTF-8"], true), (["LANG": "C.utf8"], true),
    (["LANG": "C.UTF-8", "LC_ALL": "POSIX"], false), (["LANG": "", "LC_ALL": ""], true),
    (["LANG": "C", "LC_CTYPE": "en_US.UTF-8"], true), (["LC_ALL": "de_DE.ISO-8859-1"], false),
  ])
  func `signs are Unicode only where the locale says UTF-8 or nothing`(
    _ environment: [String: String], _ expected: Bool
  ) {
    #expect(TerminalSettings(environment).isUTF8 == expected)
  }

  @Test(arguments: [
    (["TERM": "xterm"], true, true), (["TERM": "xterm"], false, false), (["TERM": "dumb"], true, false),
    ([:], true, false), (["TERM": "xterm", "CI": "true"], true, false), (["TERM": "xterm", "CI": "false"], true, true),
  ])
  func `a live display needs a person at a real terminal`(
    _ environment: [String: String], _ isTerminal: Bool, _ expected: Bool
  ) {
    let recording = RecordingTerminal(environment: environment, isErrorTerminal: isTerminal)
    #expect(recording.terminal.isInteractive == expected)
  }

  @Test func `talk and data go to streams of their own`() {
    let recording = RecordingTerminal()
    recording.terminal.talk("hello")
    recording.terminal.data("a\n")
    Array("b\n".utf8).withUnsafeBytes { recording.terminal.data($0) }
    #expect(recording.talk == "hello\n")
    #expect(recording.data == "a\nb\n")
  }

  @Test func `bytes of others cannot command the terminal`() {
    let recording = RecordingTerminal()
    recording.terminal.talk(bytes: Array("\u{1B}[31mred\u{7}\r\n\tü\u{7F}\n".utf8)[...])
    #expect(recording.talk == "^[[31mred^G^M\n\tü^?\n")
  }

  @Test func `a stream whose reader went away is not written to again`() {
    let count = Counter()
    let stream = TerminalStream { _ in
      count.increment()
      return false
    }
    stream.write("a")
    stream.write("b")
    #expect(count.value == 1)
  }

  @Test func `the size falls back on COLUMNS and LINES`() {
    let stream = TerminalStream { _ in true }
    let terminal = Terminal(
      environment: ["COLUMNS": "100", "LINES": "x"], isErrorTerminal: false, isOutputTerminal: false, error: stream,
      output: stream, size: { nil }, utcOffset: { _ in 0 })
    #expect(terminal.size == Terminal.Size(columns: 100, rows: 24))
    #expect(terminal.dataWidth == nil)
  }

  @Test func `times are the wall's`() {
    let stream = TerminalStream { _ in true }
    let terminal = Terminal(
      environment: [:], isErrorTerminal: false, isOutputTerminal: false, error: stream, output: stream, size: { nil },
      utcOffset: { _ in 3600 })
    #expect(terminal.localTime(Sample.time(0.5)) == "2026-03-01 10:30:00")
  }

  @Test(arguments: [
    (-1.0, "0.0s"), (0.04, "0.0s"), (0.44, "0.4s"), (9.94, "9.9s"), (9.96, "10s"), (12.3, "12s"), (59.6, "1m 00s"),
    (65, "1m 05s"), (3599.7, "1h 00m"), (7620, "2h 07m"),
  ])
  func `durations are short`(_ seconds: Double, _ expected: String) {
    #expect(DurationText.of(seconds: seconds) == expected)
  }

  @Test(arguments: [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (999_960, "1.0 MB")])
  func `sizes are short`(_ bytes: Int64, _ expected: String) {
    #expect(SizeText.of(bytes) == expected)
  }

  @Test(arguments: [
    ("abc", 3), ("äöü", 3), ("e\u{301}", 1), ("漢字", 4), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("✓", 1), ("❤\u{FE0F}", 2),
    ("한글", 4), ("\u{200B}", 0), ("ｆ", 2),
  ])
  func `characters take as many cells as terminals give them`(_ text: String, _ width: Int) {
    #expect(TextWidth.of(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("漢字漢字", 6, "漢字…"), ("abc", 0, ""), ("漢字", 2, "…"),
  ])
  func `text is cut between characters`(_ text: String, _ width: Int, _ expected: String) {
    #expect(TextWidth.cut(text, to: width, ellipsis: "…") == expected)
  }

  @Test func `a line is cut over its pieces`() {
    let line = StyledLine("abc", .red).appending("def")
    let plain = Palette(usesColor: false)
    #expect(line.rendered(plain, limit: 6, ellipsis: "…") == "abcdef")
    #expect(line.rendered(plain, limit: 5, ellipsis: "…") == "abcd…")
    #expect(line.rendered(plain, limit: 4, ellipsis: "…") == "abc…")
    #expect(line.rendered(plain, limit: 3, ellipsis: "…") == "ab…")
    #expect(line.rendered(Palette(usesColor: true), limit: 5, ellipsis: "…") == "\u{1B}[31mabc\u{1B}[0md…")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb", "a b"), ("a\nb", "a b"), ("\u{1B}]0;title\u{7}", "^[]0;title^G"),
    ("\u{9B}31m", "<U+009B>31m"), ("a\u{202E}b", "a<U+202E>b"), ("ü漢", "ü漢"), ("a\r\nb", "a  b"),
  ])
  func `text of others is harmless in a line`(_ text: String, _ expected: String) {
    #expect(HarmlessText.inLine(text) == expected)
  }
}
