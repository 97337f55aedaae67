import Engine
import Glibc
import Model
import Processes
import SystemPackage
import TestSupport
import Testing

/// Steps and services in containers of a busybox, run by the built program.
@Suite(.enabled(if: Peer.isUsable("busybox") && Peer.isUsable("bwrap"), "busybox is the image, bwrap the container"))
struct ContainerStepsTests {
  private static func step(_ type: String, _ name: String, _ spec: String) -> String {
    "- step: { type: \(type), name: \(name), identifier: \(name), spec: { \(spec) } }"
  }

  private static func run(_ steps: String, stage: String = "", in directory: FilePath) async throws -> StagePipeline.Ran
  {
    let base = "cloneCodebase: false\nruntime: { type: Cloud, spec: {} }"
    return try await StagePipeline(
      stage: stage.isEmpty ? base : base + "\n" + stage, steps: steps, settings: StagePipeline.busybox
    ).run(in: directory)
  }

  /// Sockets that listen at the port, as `/proc/net/tcp` and `tcp6` list them.
  private static func listeners(at port: Int) throws -> [Substring] {
    let hex = String(port, radix: 16).uppercased()
    return try ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { file -> [Substring] in
      let text = try FilePath(file).readText()
      return text.split(separator: "\n").filter { $0.contains(":\(hex) ") && $0.contains(" 0A ") }.map { $0 }
    }
  }

  @Test func `a service in a container answers under its name, in a group under both, until its stage ends`()
    async throws
  {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let (port, other) = (Int.random(in: 20000..<25000), Int.random(in: 25000..<30000))
      let serve = "mkdir -p /www; echo from-$0 > /www/index.html; exec httpd -f -h /www -p"
      let ran = try await Self.run(
        """
        - step:
            type: Background
            name: web
            identifier: web
            spec:
              image: busybox
              shell: Sh
              command: "echo starting; \(serve) \(port)"
              portBindings: { "\(port)": "\(port)" }
        - stepGroup:
            identifier: g
            name: g
            steps:
              - step:
                  type: Background
                  name: more
                  identifier: more
                  spec:
                    image: busybox
                    entrypoint: [sh, -c, "\(serve) \(other)"]
                    portBindings: { "8080": "\(other)" }
        - step:
            type: Run
            name: ask
            identifier: ask
            spec:
              image: busybox
              shell: Sh
              command: "wget -qO- http://web:\(port)/; wget -qO- http://g_more:\(other)/; touch /harness/asked; ls /www || echo no www"
        - step: { type: Run, name: host, identifier: host, spec: { shell: Sh, command: "test -e asked && busybox wget -qO- http://localhost:\(port)/" } }
        """, in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      let talk = ran.outcome.talk
      #expect(talk.contains("the service answers at port \(port)"))
      #expect(talk.contains("the service is at port \(other), not at 8080"))
      #expect(talk.matches(of: /\] from-sh/).count == 3, "\(talk)")
      // Another container's files are not this one's.
      #expect(talk.contains("no www"))
      #expect(try Self.listeners(at: port) == [] && Self.listeners(at: other) == [])
      #expect(try await ran.slipway.query("select count(*) from audit_event where kind = 'service.ended'") == "2")
      let left = try await ran.slipway.run(["grep", "-rl", directory.string, "/proc/mounts"])
      #expect(left.output == "")
    }
  }

  @Test func `a service that ends before it is ready fails its step`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(
        Self.step(
          "Background", "web", "image: busybox, shell: Sh, command: exit 3, portBindings: { '19999': '19999' }")
          + "\n" + Self.step("Run", "after", "shell: Sh, command: 'true'"), in: directory)
      #expect(ran.outcome.code == 1, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("the service ended with code 3 before it was ready"))
    }
  }

  @Test func `a plugin finds its settings in PLUGIN_ variables, and hands on outputs`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(
        """
        - step:
            type: Plugin
            name: tell
            identifier: tell
            spec:
              connectorRef: account.hub
              image: busybox
              entrypoint:
                - sh
                - -c
                - env | grep ^PLUGIN_ | grep -v ARTIFACT_FILE | sort; echo "$PLUGIN_DEEP"; echo ID=$PLUGIN_URL-7 >> $DRONE_OUTPUT; pwd
              settings:
                url: https://<+pipeline.identifier>.example
                channels: [one, two]
                deep: { a: [1], b: true }
                count: 3
                empty:
        - step: { type: Run, name: use, identifier: use, spec: { shell: Sh, command: 'echo "got <+execution.steps.tell.output.outputVariables.ID>"' } }
        """, in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      let log = try await ran.slipway("logs", "last", "tell").output
      #expect(log.contains("PLUGIN_URL=https://kinds.example\n"), "\(log)")
      #expect(log.contains("PLUGIN_CHANNELS=one,two\n"))
      #expect(log.contains("PLUGIN_COUNT=3\n"))
      #expect(log.contains("\n{\n  \"a\" : [ 1 ],\n  \"b\" : true\n}\n"))
      #expect(!log.contains("PLUGIN_EMPTY"))
      #expect(log.contains("/harness\n"))
      #expect(ran.outcome.talk.contains("] got https://kinds.example-7"))
    }
  }

  @Test func `steps share the paths that the stage names, in containers and on the machine`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let name = "/slipway-test-\(Int.random(in: 1..<1_000_000))"
      let ran = try await Self.run(
        """
        - step: { type: Run, name: a, identifier: a, spec: { image: busybox, shell: Sh, command: "echo from a > \(name)/a; echo deep > /var/cache/deep/d" } }
        - step: { type: Run, name: b, identifier: b, spec: { shell: Sh, command: "cat \(name)/a; echo from b > \(name)/b" } }
        - step: { type: Run, name: c, identifier: c, spec: { image: busybox, runAsUser: 1000, shell: Sh, command: "cat \(name)/b /var/cache/deep/d; echo c > \(name)/c" } }
        """, stage: "sharedPaths: [\(name), /var/cache/deep]", in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      for line in ["] from a", "] from b", "] deep"] { #expect(ran.outcome.talk.contains(line)) }
      #expect(access(name, F_OK) != 0, "nothing is made on the machine itself")
    }
  }

  @Test func `a container's user and its privileges are what the step says`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(
        """
        - step: { type: Run, name: plain, identifier: plain, spec: { image: busybox, shell: Sh, command: "id -u; grep -E 'CapEff|Seccomp:' /proc/self/status; ls /proc | grep -c '^[0-9]'" } }
        - step: { type: Run, name: user, identifier: user, spec: { image: busybox, runAsUser: "1000", shell: Sh, command: "id -u; echo mine > mine" } }
        - step: { type: Run, name: free, identifier: free, spec: { image: busybox, privileged: true, shell: Sh, command: "grep -E 'Seccomp:' /proc/self/status" } }
        """, in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      let plain = try await ran.slipway("logs", "last", "plain").output
      #expect(plain.contains("\n0\n"), "\(plain)")
      #expect(plain.contains("Seccomp:\t2"))
      // Docker's default capabilities.
      #expect(plain.contains("CapEff:\t00000000a80425fb"))
      #expect(try await ran.slipway("logs", "last", "user").output.hasSuffix("1000\n"))
      #expect(try await ran.slipway("logs", "last", "free").output.contains("Seccomp:\t0"))
    }
  }

  @Test func `what a stage depends on is started before its first step, whichever of its steps are run`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let port = Int.random(in: 20000..<30000)
      let pipeline = StagePipeline(
        stage: """
          cloneCodebase: false
          infrastructure: { type: KubernetesDirect, spec: { connectorRef: account.k, namespace: n } }
          serviceDependencies:
            - identifier: store
              name: Store
              type: Service
              spec:
                connectorRef: account.hub
                image: busybox
                envVariables: { WORD: <+pipeline.identifier> }
                entrypoint: [sh, -c]
                args: ["mkdir /www; echo from-$WORD > /www/index.html; exec httpd -f -h /www -p \(port)"]
          """,
        steps: """
          - step: { type: Run, name: first, identifier: first, spec: { image: busybox, shell: Sh, command: echo first } }
          - step: { type: Run, name: ask, identifier: ask, timeout: 60s, spec: { image: busybox, shell: Sh, command: "until wget -qO- http://store:\(port)/; do sleep 0.1; done" } }
          """, settings: StagePipeline.busybox)
      for arguments in [[], ["--step", "ask"], ["--from", "ask"]] {
        let ran = try await pipeline.run(in: directory, arguments)
        #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
        #expect(ran.outcome.talk.contains("] from-kinds"))
        #expect(ran.outcome.talk.contains("echo first") == false)
        let (log, first) = try await (ran.slipway("logs", "last", "store"), ran.slipway("show", "last", "--json"))
        #expect(log.code == 0, "\(log.everything)")
        #expect(first.output.contains("\"SKIPPED\"") == !arguments.isEmpty)
        #expect(try Self.listeners(at: port) == [])
      }
      let plan = try await SlipwayProgram(in: directory).run([
        SlipwayProgram.path.string, "plan", directory.appending("pipeline.yaml").string,
      ])
      #expect(plan.output.contains("store"), "\(plan.everything)")
    }
  }

  @Test func `a service that cannot be had fails its stage, and says why`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await StagePipeline(
        stage: """
          cloneCodebase: false
          runtime: { type: Cloud, spec: {} }
          serviceDependencies:
            - { identifier: gone, type: Service, spec: { connectorRef: c, image: "registry.invalid/nobody:1", imagePullPolicy: Never } }
          """, steps: Self.step("Run", "after", "shell: Sh, command: 'true'")
      ).run(in: directory)
      #expect(ran.outcome.code == 1, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("registry.invalid/nobody:1 is not on this machine, and imagePullPolicy: Never"))
      #expect(ran.outcome.talk.contains("only/after] skipped") || ran.outcome.talk.contains("after           skipped"))
    }
  }

  @Test(.enabled(if: ControlGroups().obstacles.isEmpty, "this machine keeps no limits"))
  func `a step that wants more memory than its limit fails as what it is`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let hungry = "head -c 100000000 /dev/zero | tail -c 100000000 | wc -c"
      let ran = try await Self.run(
        """
        - step:
            type: Run
            name: hungry
            identifier: hungry
            failureStrategies:
              - onFailure: { errors: [ResourceLimitsFailure], action: { type: Ignore } }
            spec:
              image: busybox
              shell: Sh
              command: "set -o pipefail; \(hungry)"
              resources: { limits: { memory: 32Mi, cpu: 400m } }
        - step: { type: Run, name: odd, identifier: odd, spec: { image: busybox, shell: Sh, command: 'true', resources: { limits: { memory: 12Q } } } }
        """, in: directory)
      #expect(ran.outcome.code == 1, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("out of memory: limit 32Mi"))
      #expect(ran.outcome.talk.contains("resources.limits.memory: '12Q' is no amount"))
      let failure = try await ran.slipway.query("select failure from attempt where path like '%hungry'")
      #expect(failure == "ResourceLimitsFailure")
      #expect(try await ran.slipway.query("select status from node where path like '%hungry'") == "IGNORE_FAILED")
    }
  }
}
