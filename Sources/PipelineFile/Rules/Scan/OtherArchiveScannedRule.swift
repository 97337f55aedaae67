import Engine
package import Model

/// One archive is scanned and another one pushed.
package enum OtherArchiveScannedRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6001), "other-archive-scanned", .warning,
    "the archive that is scanned is not the one that is pushed",
    reason: """
      A scan looks at the archive that target.workspace names, and a push-only step pushes the one in \
      PLUGIN_SOURCE_TAR_PATH. Nothing on Harness compares the two: a slip in a path, and an image goes out that nobody \
      looked at. Relative paths start at /harness, so that image.tar and /harness/image.tar are the same file.
      """,
    wrong: .init(
      .steps,
      ExampleSteps.build("image.tar") + ExampleSteps.build("other.tar", identifier: "other")
        + ExampleSteps.scan("«other.tar»") + ExampleSteps.push("image.tar")),
    right: .init(
      .steps,
      ExampleSteps.build("image.tar") + ExampleSteps.scan("/harness/image.tar") + ExampleSteps.push("image.tar")))

  package static let examples = [
    RuleExample(
      "both are scanned", .steps,
      ExampleSteps.build("image.tar") + ExampleSteps.build("other.tar", identifier: "other")
        + ExampleSteps.scan("./other.tar", identifier: "scan_other") + ExampleSteps.scan("image.tar")
        + ExampleSteps.push("image.tar")),
    RuleExample(
      "a path that is computed may be any", .steps,
      ExampleSteps.build("image.tar") + ExampleSteps.scan("<+stage.name>.tar") + ExampleSteps.push("image.tar")),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect, !archive.hasExpressions else { return nil }
      let stage = subject.flow.stage(of: use)
      let position = use.place.position
      if stage.lastScan(of: archive, before: position) != nil { return nil }
      guard let scan = stage.lastScan(before: position), case .scan(let other?) = scan.effect, !other.hasExpressions
      else { return nil }
      return diagnostic(
        "step '\(scan.place.step.identifier)' scans '\(other.text.raw)', and step '\(use.place.step.identifier)' pushes "
          + "'\(archive.text.raw)'",
        at: other.text.span,
        labels: archive.text.span.map { [Diagnostic.Label(span: $0, text: "this is pushed, and never scanned")] } ?? [],
        help: "scan the archive that is pushed")
    }
  }
}
