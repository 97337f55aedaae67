import Ledger
import Model

/// What a verification of the ledger found.
struct VerificationView {
  private let verification: AuditVerification

  init(_ verification: AuditVerification) {
    self.verification = verification
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON {
      terminal.data(document.canonicalJSON + "\n")
    } else {
      terminal.data(lines(terminal.glyphs))
    }
  }

  private func lines(_ glyphs: Glyphs) -> [StyledLine] {
    let compared =
      "\(counted(verification.eventCount, "event")) and \(counted(verification.rowCount, "row")) compared"
    var lines = [
      verification.isIntact
        ? StyledLine("\(glyphs.success) the ledger is as it was recorded", .green).appending(": " + compared)
        : StyledLine(
          "\(glyphs.failure) the ledger was altered: \(counted(verification.problemCount, "problem"))", .red
        ).appending(", \(compared)")
    ]
    lines += verification.problems.map { StyledLine("  " + HarmlessText.inLine($0.description)) }
    let unlisted = verification.problemCount - verification.problems.count
    if unlisted > 0 { lines.append(StyledLine("  \(glyphs.ellipsis) and \(unlisted) more", .dim)) }
    if let head = verification.head { lines.append(StyledLine(field: "head", head.description)) }
    return lines
  }

  private var document: Value {
    [
      "isIntact": .bool(verification.isIntact), "eventCount": .integer(verification.eventCount),
      "rowCount": .integer(verification.rowCount), "head": Value(verification.head?.description),
      "problemCount": .integer(verification.problemCount),
      "problems": .list(verification.problems.map { .string($0.description) }),
    ]
  }
}
