import Engine
import SystemPackage

/// What the helper says about a process, on its status descriptor: the line protocol of `status.h`.
enum SandboxReport {
  case ended(ProcessExit)
  case notStarted(SandboxError)

  /// Finds the one line of the protocol in what arrived; nil when there is none.
  init?(_ text: String) {
    for line in text.split(separator: "\n") {
      if let report = Self(line: line) {
        self = report
        return
      }
    }
    return nil
  }

  private init?(line: Substring) {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count >= 2, let number = Int(words[1]) ?? (words.count == 4 ? Int(words[2]) : nil) else { return nil }
    switch words[0] {
    case "exited" where words.count == 2:
      self = .ended(.exited(code: number))
    case "killed" where words.count == 2:
      self = .ended(.killed(signal: number))
    case "error" where words.count == 4:
      guard let code = SandboxError.Code(helperKind: words[1]) else { return nil }
      let cause = number == 0 ? nil : Errno(rawValue: CInt(truncatingIfNeeded: number))
      let reason = cause.map { ": \($0)" } ?? ""
      let sentence = "\(words[3])\(reason)."
      self = .notStarted(
        SandboxError(code, code.wayOut.map { "\(sentence) \($0)" } ?? sentence, cause: cause))
    default:
      return nil
    }
  }
}
