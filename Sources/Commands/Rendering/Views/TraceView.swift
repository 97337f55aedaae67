import Ledger
import Model

/// An image's story. Its first line answers whether what was pushed is what was scanned.
struct TraceView {
  private let traces: [ImageTrace]

  init(_ traces: [ImageTrace]) {
    self.traces = traces
  }

  func show(on terminal: Terminal, isJSON: Bool) {
    if isJSON {
      let images = Value.list(traces.map(\.document))
      terminal.data(Value.map(["images": images]).canonicalJSON + "\n")
    } else {
      for (index, trace) in traces.enumerated() {
        terminal.data((index == 0 ? [] : [""]) + lines(trace, terminal))
      }
    }
  }

  private func lines(_ trace: ImageTrace, _ terminal: Terminal) -> [StyledLine] {
    let verdict = CustodySentences(trace.verdict, terminal: terminal)
    var lines = [verdict.answer] + verdict.reasons
    lines.append(StyledLine("image \(trace.manifestDigest)", .bold))
    for build in trace.builds { lines += self.lines(for: build, terminal) }
    for scan in trace.scans { lines += self.lines(for: scan, terminal) }
    for push in trace.pushes { lines += self.lines(for: push, terminal) }
    for replay in trace.replays {
      lines.append(
        fact("replayed", "by \(replay.label) (\(replay.status.word)), \(terminal.localTime(replay.startedAt))"))
    }
    for event in trace.events {
      lines.append(fact("event", "\(event.sequence) \(terminal.localTime(event.at)) \(event.kind)"))
    }
    return lines
  }

  private func lines(for build: ImageTrace.Build, _ terminal: Terminal) -> [StyledLine] {
    let origin = build.run.origin
    var lines = [fact("built", place(build.run, build.record.step, build.at, terminal))]
    if let codebase = origin.codebase, let commit = codebase.commit {
      let changes = codebase.changedFiles.count
      let extra = changes == 0 ? "" : " with \(counted(changes, "uncommitted change"))"
      lines.append(fact("", "commit \(commit)\(extra)"))
    }
    lines.append(fact("", "by \(origin.actor), from \(origin.pipelineFile) \(origin.pipelineDigest)"))
    if let archive = build.record.archive { lines.append(fact("", "archive \(archive.digest) (\(archive.path))")) }
    lines.append(fact("", "configuration \(build.record.configurationDigest)"))
    if let dockerfile = build.record.dockerfileDigest { lines.append(fact("", "Dockerfile \(dockerfile)")) }
    for base in build.record.bases { lines.append(fact("", "base \(base.reference)@\(base.digest)")) }
    return lines
  }

  private func lines(for scan: ImageTrace.Scan, _ terminal: Terminal) -> [StyledLine] {
    [
      fact("scanned", place(scan.run, scan.step, scan.at, terminal)),
      fact("", "\(scan.counts.sentence), \(scan.isPassed ? "passed" : "refused")"),
      fact("", "by \(scan.scanner.label)"), fact("", "archive \(scan.archiveDigest)"),
    ]
  }

  private func lines(for push: ImageTrace.Push, _ terminal: Terminal) -> [StyledLine] {
    let record = push.record
    var lines = [
      fact("pushed", "as \(record.reference) to \(record.destination)"),
      fact("", place(push.run, record.step, record.at, terminal)), fact("", "manifest \(record.manifestDigest)"),
    ]
    if let archive = record.archiveDigest { lines.append(fact("", "archive \(archive)")) }
    return lines
  }

  private func place(_ run: Run, _ step: StepPath, _ at: Timestamp, _ terminal: Terminal) -> String {
    "by \(run.label) \(StepChoice.short(step)), \(terminal.localTime(at))"
  }

  private func fact(_ name: String, _ text: String) -> StyledLine {
    StyledLine("  " + TextWidth.padded(name, to: 9), .bold).appending(HarmlessText.inLine(text))
  }
}

extension Run {
  /// `PIPELINE#NUMBER`.
  var label: String { "\(pipeline)#\(sequenceID)" }
}

extension ImageTrace {
  fileprivate var document: Value {
    [
      "manifestDigest": .string(manifestDigest.description), "verdict": verdict.document,
      "builds": .list(
        builds.map { ["run": $0.run.document, "at": .string($0.at.description), "build": $0.record.document] }),
      "scans": .list(scans.map(\.document)),
      "pushes": .list(pushes.map { ["run": $0.run.document, "push": $0.record.document] }),
      "replays": .list(replays.map(\.document)), "events": .list(events.map(\.document)),
    ]
  }
}

extension ImageTrace.Scan {
  fileprivate var document: Value {
    [
      "run": run.document, "at": .string(at.description), "step": .string(step.description),
      "scanner": scanner.document, "archiveDigest": .string(archiveDigest.description),
      "manifestDigest": .string(manifestDigest.description), "counts": counts.document, "isPassed": .bool(isPassed),
    ]
  }
}
