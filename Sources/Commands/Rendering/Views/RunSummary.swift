import Engine
import Model

/// What remains to be said when a run has ended: how, what images came of it, where to look, how to go on.
///
/// All of it is talk, apart from one line of data for each push, which scripts can take on: `REFERENCE@sha256:…`.
struct RunSummary {
  private let history: RunHistory
  private let stateDirectory: String

  /// - Parameter stateDirectory: as the user would write it.
  init(history: RunHistory, stateDirectory: String) {
    self.history = history
    self.stateDirectory = stateDirectory
  }

  func show(on terminal: Terminal) {
    var lines = [RunTree.verdict(history.run, glyphs: terminal.glyphs)]
    // A person has just seen the live tree.
    if !terminal.isInteractive { lines += RunTree(history).lines(terminal, showsAttempts: false) }
    lines += failures
    lines += images(terminal.glyphs)
    lines.append(Self.field("logs", "\(stateDirectory)/runs/\(history.run.id)/logs"))
    lines += wayOut
    terminal.talk(lines)
    for push in history.pushes { terminal.data(Self.pinned(push) + "\n") }
  }

  private var failures: [StyledLine] {
    let failed = failedSteps
    if failed.isEmpty, !history.run.status.isPositive, let message = history.run.message {
      return [StyledLine("  " + HarmlessText.inLine(message), .red)]
    }
    return failed.map { node in
      let message = node.message.map { ": " + HarmlessText.inLine($0) } ?? " " + node.status.word
      return StyledLine("  \(StepChoice.short(node.path))\(message)", .red)
    }
  }

  private var failedSteps: [RunNode] {
    guard !history.run.status.isPositive else { return [] }
    return history.nodes.filter { node in
      node.kind == .step && node.status.isFinal && !node.status.isPositive
    }
  }

  private func images(_ glyphs: Glyphs) -> [StyledLine] {
    let builds = history.builds.map { build in
      Self.field("built", "\(build.manifestDigest.abbreviated) by \(StepChoice.short(build.step))")
    }
    let scans = history.scans.map { scan in
      Self.field(
        "scanned",
        "\(scan.report.manifestDigest.abbreviated) by \(StepChoice.short(scan.step)): \(scan.report.counts.sentence)"
          + "\(scan.isPassed ? "" : ", refused") (\(scan.report.scanner.label))",
        scan.isPassed ? nil : .red)
    }
    let pushes = history.pushes.map { push in
      Self.field(
        "pushed", "\(push.reference) \(glyphs.arrow) \(push.destination) (\(push.manifestDigest.abbreviated))", .green)
    }
    return builds + scans + pushes
  }

  private var wayOut: [StyledLine] {
    guard !history.run.status.isPositive else { return [] }
    let option = stateDirectory == "state" ? "" : " --state " + Self.quoted(stateDirectory)
    let run = "\(history.run.pipeline)#\(history.run.sequenceID)"
    let logs = failedSteps.prefix(3).map { "slipway logs \(run) \(StepChoice.short($0.path))\(option)" }
    let commands = ["slipway replay last\(option)"] + logs
    return commands.enumerated().map { index, command in Self.field(index == 0 ? "to go on" : "", command, .bold) }
  }

  private static func field(_ name: String, _ text: String, _ style: TextStyle? = nil) -> StyledLine {
    StyledLine("  " + TextWidth.padded(name, to: 9), .dim).appending(HarmlessText.inLine(text), style)
  }

  /// The image by name and digest, so that nothing else can be meant.
  private static func pinned(_ push: PushRecord) -> String {
    push.reference.digest == nil ? "\(push.reference)@\(push.manifestDigest)" : push.reference.description
  }

  /// As a shell takes it for one word.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "+")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
