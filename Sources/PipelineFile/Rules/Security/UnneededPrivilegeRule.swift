import Engine
package import Model

/// `privileged: true` where nothing in the step needs it.
package enum UnneededPrivilegeRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(7002), "unneeded-privilege", .note, "a step is privileged, and nothing in it seems to need that",
    reason: """
      A privileged container has all the rights of its machine, and whatever runs in it can leave it. A Docker daemon in a \
      container needs that, and so does a scan that pulls its image through one. A scan of an image archive does not, nor \
      does one of source code, nor a script that mentions no container tool and no mount. On Harness Cloud a step without \
      an image runs on the machine itself, where the setting means nothing.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: python:3.12
            shell: Sh
            command: pytest
            privileged: «true»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: python:3.12
            shell: Sh
            command: pytest
      """))

  package static let examples = [
    RuleExample(
      "a Docker daemon", .steps,
      """
      - step:
          type: Background
          name: Daemon
          identifier: daemon
          spec:
            connectorRef: hub
            image: docker:27-dind
            shell: Sh
            privileged: true
      """),
    RuleExample(
      "a scan of an archive", .steps,
      ExampleSteps.scan(advanced: "privileged: «true»\n      advanced: {fail_on_severity: high}")),
    RuleExample(
      "a scan that pulls its image", .steps,
      """
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
            privileged: true
      """),
    RuleExample(
      "a script that calls a container tool", .steps,
      """
      - step:
          type: Run
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            image: quay.io/buildah/stable
            shell: Sh
            command: buildah bud .
            privileged: true
      """),
    RuleExample(
      "not privileged", .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: python:3.12
            shell: Sh
            command: pytest
            privileged: false
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.steps.compactMap { place in
      guard case .mapping(let spec)? = place.step.source, case .scalar(let privileged)? = spec["privileged"],
        privileged.text.lowercased() == "true"
      else { return nil }
      let reason: String
      switch place.step.spec {
      case .scan(let scan):
        if scan.targetKind == .container, scan.imageType?.raw != "local_archive" { return nil }
        reason =
          scan.targetKind == .container
          ? "a scan of an archive needs no Docker daemon" : "a scan of this kind needs no Docker daemon"
      default:
        guard ["Run", "Test", "RunTests", "Background", "Plugin"].contains(place.step.type) else { return nil }
        if mentionsNeed(.mapping(spec)) { return nil }
        reason = "nothing in it mentions containers, mounts or the kernel"
      }
      return diagnostic(
        "step '\(place.step.identifier)' is privileged and seems not to need it: \(reason)", at: privileged.span,
        help: "remove 'privileged'")
    }
  }

  private static func mentionsNeed(_ node: Node) -> Bool {
    switch node {
    case .scalar(let scalar):
      let text = scalar.text.lowercased()
      return signs.contains(where: text.contains)
    case .sequence(let sequence): return sequence.elements.contains(where: mentionsNeed)
    case .mapping(let mapping): return mapping.entries.contains { mentionsNeed($0.value) }
    }
  }

  private static let signs = [
    "docker", "dind", "podman", "buildah", "buildx", "buildkit", "kaniko", "containerd", "nerdctl", "skopeo", "kind",
    "k3s",
    "minikube", "mount", "iptables", "sysctl", "modprobe", "nsenter", "unshare", "chroot", "bwrap", "losetup", "fuse",
    "ebpf", "bpf", "qemu", "kvm", "strace", "perf", "tcpdump", "ip link", "<+input>", "testcontainers", "earthly",
    "dagger",
  ]
}
