import Engine
package import Model

/// An archive is pushed that no step has scanned.
package enum PushWithoutScanRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6002), "push-without-scan", .warning, "an archive is pushed that no earlier step scans",
    reason: """
      Whoever builds an archive first and pushes it in a step of its own does so to look at it in between. Here nothing \
      looks at it before the push: no scan of an archive, and no script that could be one. Where nothing shall be scanned, \
      one step that builds and pushes does the same with less.
      """,
    wrong: .init(.steps, ExampleSteps.build() + ExampleSteps.push("«image.tar»")),
    right: .init(.steps, ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.push()))

  package static let examples = [
    RuleExample(
      "the scan comes too late", .steps, ExampleSteps.build() + ExampleSteps.push("«image.tar»") + ExampleSteps.scan()),
    RuleExample(
      "a script scans it", .steps,
      ExampleSteps.build()
        + """
        - step:
            type: Run
            name: Scan
            identifier: scan
            spec:
              connectorRef: hub
              image: anchore/grype
              shell: Sh
              command: grype docker-archive:/harness/image.tar --fail-on high

        """ + ExampleSteps.push()),
    RuleExample(
      "a scan of an image in a registry may be of the same one", .steps,
      ExampleSteps.build()
        + """
        - step:
            type: AquaTrivy
            name: Scan
            identifier: scan
            spec:
              mode: orchestration
              config: default
              target: {type: container, detection: auto}
              image: {type: docker_v2, name: harbour/tides, tag: one}
              advanced: {fail_on_severity: high}

        """ + ExampleSteps.push()),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect else { return nil }
      let stage = subject.flow.stage(of: use)
      let position = use.place.position
      // Any scan before is another rule's business: of another archive, or of an image that may be the same.
      if stage.lastScan(before: position) != nil { return nil }
      if stage.mentions([archive.fileName] + scanners, before: position) { return nil }
      let late = stage.anyScan(of: archive) ?? stage.firstScan
      return diagnostic(
        "step '\(use.place.step.identifier)' pushes an archive that no earlier step scans", at: archive.text.span,
        labels: late.map { scan in
          [
            Diagnostic.Label(
              span: LintSubject.nameSpan(of: scan.place.step), text: "this scan does not end before the push starts")
          ]
        } ?? [],
        help: late == nil
          ? "scan it before, with image.type local_archive and target.workspace: \(archive.text.raw)"
          : "put the scan before the push")
    }
  }

  /// What a script that scans images is likely to call.
  private static let scanners = [
    "trivy", "grype", "snyk", "osv-scanner", "syft", "clair", "twistcli", "wizcli", "dockle", "anchore-cli", "xray",
  ]
}
