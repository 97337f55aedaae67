import Model

/// Signs, in Unicode or, where the terminal's encoding is another, in ASCII.
struct Glyphs: Sendable {
  let success: String
  let failure: String
  let skipped: String
  let waiting: String
  let running: String
  let ignored: String
  let ellipsis: String
  let rule: String
  let arrow: String

  static let unicode = Glyphs(
    success: "✓", failure: "✗", skipped: "–", waiting: "◦", running: "▸", ignored: "!", ellipsis: "…", rule: "│",
    arrow: "→")
  static let ascii = Glyphs(
    success: "+", failure: "x", skipped: "-", waiting: ".", running: ">", ignored: "!", ellipsis: "...", rule: "|",
    arrow: "->")

  func mark(_ status: Status) -> String {
    switch status {
    case .succeeded: success
    case .failed, .errored, .expired, .aborted, .interrupted: failure
    case .skipped: skipped
    case .ignoreFailed: ignored
    case .notStarted: waiting
    case .running: running
    }
  }
}

extension Status {
  /// As a sentence about a step says it.
  var word: String {
    switch self {
    case .notStarted: "not started"
    case .running: "running"
    case .succeeded: "succeeded"
    case .skipped: "skipped"
    case .ignoreFailed: "failed, ignored"
    case .failed: "failed"
    case .errored: "could not be carried out"
    case .expired: "timed out"
    case .aborted: "aborted"
    case .interrupted: "interrupted"
    }
  }

  var style: TextStyle {
    switch self {
    case .succeeded: .green
    case .failed, .errored, .expired, .aborted, .interrupted: .red
    case .ignoreFailed: .yellow
    case .skipped, .notStarted: .dim
    case .running: .cyan
    }
  }
}
