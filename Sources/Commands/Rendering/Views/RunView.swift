import Engine
import Model

/// Everything that the ledger holds about one run.
struct RunView {
  private let history: RunHistory

  init(_ history: RunHistory) {
    self.history = history
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON {
      terminal.data(history.document.canonicalJSON + "\n")
    } else {
      terminal.data(lines(terminal))
    }
  }

  private func lines(_ terminal: Terminal) -> [StyledLine] {
    var lines = [RunTree.verdict(history.run, glyphs: terminal.glyphs)]
    if !history.run.status.isPositive, let message = history.run.message {
      lines.append(StyledLine("  " + HarmlessText.inLine(message), .red))
    }
    lines += origin(terminal)
    lines.append("")
    lines += RunTree(history).lines(terminal, showsAttempts: true)
    for build in history.builds { lines += [""] + self.lines(for: build) }
    for scan in history.scans { lines += [""] + self.lines(for: scan) }
    for push in history.pushes { lines += [""] + self.lines(for: push, terminal) }
    return lines
  }

  private func origin(_ terminal: Terminal) -> [StyledLine] {
    let run = history.run
    let origin = run.origin
    var lines = [
      StyledLine(field: "run", run.id.description),
      StyledLine(
        field: "started", "\(terminal.localTime(run.startedAt)) by \(origin.actor), slipway \(origin.version)"),
      StyledLine(field: "pipeline", "\(origin.pipelineFile) (\(origin.pipelineDigest))"),
    ]
    if let settings = origin.settingsDigest { lines.append(StyledLine(field: "settings", settings.description)) }
    if let codebase = origin.codebase { lines.append(StyledLine(field: "codebase", Self.sentence(codebase))) }
    if !origin.inputs.isEmpty {
      let inputs = origin.inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.append(StyledLine(field: "inputs", inputs.joined(separator: " ")))
    }
    if !origin.templates.isEmpty {
      let templates = origin.templates.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      lines.append(StyledLine(field: "templates", templates.joined(separator: ", ")))
    }
    if let trigger = origin.trigger { lines.append(StyledLine(field: "trigger", trigger)) }
    if let earlier = origin.replayOf { lines.append(StyledLine(field: "replays", earlier.description)) }
    return lines
  }

  private static func sentence(_ codebase: CodebaseState) -> String {
    guard let commit = codebase.commit else { return "\(codebase.directory), no git repository" }
    let branch = codebase.branch.map { " (\($0))" } ?? ""
    let changes = codebase.changedFiles.count
    return "\(codebase.directory) at \(commit)\(branch)"
      + (changes == 0 ? "" : " with \(counted(changes, "uncommitted change"))")
  }

  private func lines(for build: BuildRecord) -> [StyledLine] {
    let size = build.layers.reduce(0) { $0 + $1.size }
    var lines = [
      StyledLine("built by \(StepChoice.short(build.step))", .bold),
      StyledLine(field: "image", build.manifestDigest.description),
      StyledLine(field: "config", build.configurationDigest.description),
      StyledLine(field: "layers", "\(build.layers.count), \(SizeText.of(size))"),
    ]
    if let archive = build.archive {
      lines.append(StyledLine(field: "archive", "\(archive.digest) (\(archive.path), \(SizeText.of(archive.size)))"))
    }
    if let dockerfile = build.dockerfileDigest {
      lines.append(StyledLine(field: "dockerfile", dockerfile.description))
    }
    return lines + build.references.map { StyledLine(field: "meant for", $0.description) }
  }

  private func lines(for scan: ScanRecord) -> [StyledLine] {
    let report = scan.report
    var lines = [
      StyledLine("scanned by \(StepChoice.short(scan.step))", .bold),
      StyledLine(field: "image", report.manifestDigest.description),
      StyledLine(field: "archive", report.archiveDigest.description),
      StyledLine(field: "scanner", report.scanner.label),
      StyledLine(
        field: "packages", "\(report.packages.count)\(report.operatingSystem.map { " on \($0)" } ?? "")"),
      StyledLine(field: "findings", report.counts.sentence + (scan.isPassed ? ", passed" : ", refused")),
    ]
    lines += report.remarks.map { StyledLine(field: "note", $0) }
    return lines
  }

  private func lines(for push: PushRecord, _ terminal: Terminal) -> [StyledLine] {
    var lines = [
      StyledLine("pushed by \(StepChoice.short(push.step))", .bold),
      StyledLine(field: "image", push.manifestDigest.description),
      StyledLine(field: "as", push.reference.description),
      StyledLine(field: "to", "\(push.destination), \(terminal.localTime(push.at))"),
    ]
    if let archive = push.archiveDigest { lines.append(StyledLine(field: "archive", archive.description)) }
    let isServed = push.readBackDigest == push.manifestDigest
    lines.append(
      StyledLine(field: "read back", isServed ? "the same" : push.readBackDigest.description, isServed ? nil : .red))
    return lines
  }
}

extension StyledLine {
  /// A named fact, indented: `  run        01J…`.
  init(field name: String, _ text: String, _ style: TextStyle? = nil) {
    self.init("  " + TextWidth.padded(name, to: 11), .dim)
    append(HarmlessText.inLine(text), style)
  }
}
