import Engine
package import Model

/// An archive is written again after its scan.
package enum ArchiveRewrittenRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6005), "archive-rewritten-after-scan", .warning,
    "the archive is written again after its scan, and then pushed",
    reason: """
      The path is the same and the image is another one: a build step writes the archive again after the scan looked at it. \
      A run on this machine compares the digests and refuses the push; on Harness nothing does.
      """,
    wrong: .init(
      .steps,
      ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.build("«image.tar»", identifier: "again")
        + ExampleSteps.push()),
    right: .init(
      .steps,
      ExampleSteps.build() + ExampleSteps.build(identifier: "again") + ExampleSteps.scan() + ExampleSteps.push()))

  package static let examples = [
    RuleExample(
      "scanned again", .steps,
      ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.build(identifier: "again")
        + ExampleSteps.scan(identifier: "scan_again") + ExampleSteps.push()),
    RuleExample(
      "written again after the push", .steps,
      ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.push() + ExampleSteps.build(identifier: "again")),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect, !archive.hasExpressions else { return nil }
      let stage = subject.flow.stage(of: use)
      let position = use.place.position
      guard let scan = stage.lastScan(of: archive, before: position),
        let writer = stage.lastWriter(of: archive, before: position),
        scan.place.position.isBefore(writer.place.position), case .build(let written?, _) = writer.effect
      else { return nil }
      return diagnostic(
        "step '\(writer.place.step.identifier)' writes the archive again after the scan '\(scan.place.step.identifier)', and step "
          + "'\(use.place.step.identifier)' pushes it",
        at: written.text.span,
        labels: archive.text.span.map { [Diagnostic.Label(span: $0, text: "pushed here")] } ?? [],
        help: "scan after the last build, or write to another path")
    }
  }
}
