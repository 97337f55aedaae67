/// What the environment says of the terminal and of its user's wishes.
///
/// See https://no-color.org, https://force-color.org and https://bixense.com/clicolors.
struct TerminalSettings {
  static let names = [
    "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "CI", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE", "LANG",
  ]

  private let environment: [String: String]

  init(_ environment: [String: String]) {
    self.environment = environment.filter { !$0.value.isEmpty }
  }

  /// Its cursor cannot be moved.
  var isDumb: Bool { environment["TERM"].map { $0 == "dumb" } ?? true }

  var isContinuousIntegration: Bool { isOn("CI") }

  /// Where no locale is set at all, as in containers, the terminal behind is far more often UTF-8 than not.
  var isUTF8: Bool {
    guard let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] else { return true }
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }

  var columns: Int? { positive("COLUMNS") }
  var rows: Int? { positive("LINES") }

  /// Whoever refuses colours gets none; whoever forces them gets them in pipes too.
  func usesColor(onTerminal: Bool) -> Bool {
    if environment["NO_COLOR"] != nil { return false }
    if environment["FORCE_COLOR"] != nil { return isOn("FORCE_COLOR") }
    if isOn("CLICOLOR_FORCE") { return true }
    return onTerminal && !isDumb
  }

  private func isOn(_ name: String) -> Bool {
    guard let value = environment[name]?.lowercased() else { return false }
    return value != "0" && value != "false"
  }

  private func positive(_ name: String) -> Int? {
    environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }
}
