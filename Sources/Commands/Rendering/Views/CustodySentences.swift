import Ledger
import Model

/// The answer to "was the pushed image the scanned one?", in words and as JSON.
struct CustodySentences {
  private let verdict: CustodyVerdict
  private let terminal: Terminal

  init(_ verdict: CustodyVerdict, terminal: Terminal) {
    self.verdict = verdict
    self.terminal = terminal
  }

  /// One line. Where there is a single reason, it is part of the line.
  var answer: StyledLine {
    let glyphs = terminal.glyphs
    let reason = verdict.reasons.count == 1 ? ": " + sentence(verdict.reasons[0]) : ""
    return switch verdict.answer {
    case .yes: StyledLine("\(glyphs.success) yes, the pushed image is the scanned one\(reason)", .green)
    case .no: StyledLine("\(glyphs.failure) no, the pushed image is not the scanned one\(reason)", .red)
    case .neverScanned: StyledLine("\(glyphs.failure) no, the image was pushed and never scanned\(reason)", .red)
    case .neverPushed: StyledLine("\(glyphs.skipped) the image was never pushed", .yellow)
    }
  }

  /// A line each, where there are several.
  var reasons: [StyledLine] {
    guard verdict.reasons.count > 1 else { return [] }
    return verdict.reasons.map { reason in
      let isKept = if case .scannedBefore = reason { true } else { false }
      return StyledLine(
        "  \(isKept ? terminal.glyphs.success : terminal.glyphs.failure) " + sentence(reason), isKept ? nil : .red)
    }
  }

  private func sentence(_ reason: CustodyVerdict.Reason) -> String {
    func pushed(_ reference: ImageReference, _ at: Timestamp) -> String {
      "\(reference), pushed at \(terminal.localTime(at)),"
    }
    switch reason {
    case .scannedBefore(let reference, let pushedAt, let scannedAt, let isPassed):
      let result = isPassed ? "passed" : "was refused"
      return "\(pushed(reference, pushedAt)) was scanned at \(terminal.localTime(scannedAt)) and \(result)"
    case .notScanned(let reference, let pushedAt, let manifest):
      return "\(pushed(reference, pushedAt)) is \(manifest), which no scan has read"
    case .scannedLater(let reference, let pushedAt, let scannedAt):
      return "\(pushed(reference, pushedAt)) was only scanned at \(terminal.localTime(scannedAt))"
    case .otherArchive(let reference, let pushedAt, let pushed, let scanned):
      return "\(reference), pushed at \(terminal.localTime(pushedAt)), came from the archive \(pushed);"
        + " scanned was \(scanned)"
    case .readBackDiffers(let reference, let pushedAt, let pushed, let served):
      return "\(reference), pushed at \(terminal.localTime(pushedAt)) as \(pushed), is served as \(served)"
    }
  }
}

extension CustodyVerdict {
  /// `answer`, and `reasons` with a `kind` each.
  var document: Value {
    ["answer": .string(answer.rawValue), "reasons": .list(reasons.map(\.document))]
  }
}

extension CustodyVerdict.Reason {
  fileprivate var document: Value {
    func reason(_ kind: String, _ push: ImageReference, _ at: Timestamp, _ rest: [String: Value]) -> Value {
      .map(
        rest.merging([
          "kind": .string(kind), "reference": .string(push.description), "pushedAt": .string(at.description),
        ]) { _, common in common })
    }
    return switch self {
    case .scannedBefore(let push, let at, let scannedAt, let isPassed):
      reason("scannedBefore", push, at, ["scannedAt": .string(scannedAt.description), "isPassed": .bool(isPassed)])
    case .notScanned(let push, let at, let manifest):
      reason("notScanned", push, at, ["manifestDigest": .string(manifest.description)])
    case .scannedLater(let push, let at, let scannedAt):
      reason("scannedLater", push, at, ["scannedAt": .string(scannedAt.description)])
    case .otherArchive(let push, let at, let pushed, let scanned):
      reason(
        "otherArchive", push, at,
        ["pushedArchive": .string(pushed.description), "scannedArchive": .string(scanned.description)])
    case .readBackDiffers(let push, let at, let pushed, let served):
      reason(
        "readBackDiffers", push, at,
        ["pushedDigest": .string(pushed.description), "servedDigest": .string(served.description)])
    }
  }
}
