import Engine
import Ledger
import Model
import SystemPackage
import TestSupport
import Testing

/// Step types besides Run, run by the built program.
struct StepTypesTests {
  @Test func `caches and uploads lie in directories, and reports are in the ledger`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await StagePipeline.run(
        """
        - step: { type: Run, name: make, identifier: make, spec: { shell: Sh, command: "mkdir -p deps out/a; echo d > deps/d; echo lock > lock; echo r > out/a/r.txt" } }
        - step: { type: SaveCacheS3, name: save, identifier: save, spec: { connectorRef: c, bucket: b, key: 'k-{{ checksum "lock" }}', sourcePaths: [deps], archiveFormat: Gzip } }
        - step: { type: Run, name: lose, identifier: lose, spec: { shell: Sh, command: rm -r deps } }
        - step: { type: RestoreCacheS3, name: restore, identifier: restore, spec: { connectorRef: c, bucket: b, key: 'k-{{ checksum "lock" }}', failIfKeyNotFound: true } }
        - step: { type: S3Upload, name: up, identifier: up, spec: { connectorRef: c, bucket: b, region: r, sourcePath: "out/**/*.txt", stripPrefix: out/, target: site } }
        - step:
            type: Test
            name: tests
            identifier: tests
            spec:
              shell: Sh
              command: |
                cat deps/d
                echo '<testsuite name="s"><testcase name="one"/><testcase name="two"><failure/></testcase></testsuite>' > out/TEST-1.xml
              reports: { type: JUnit, spec: { paths: ["**/TEST-*.xml"] } }
        """, in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      #expect(try ran.slipway.state.pushing("buckets/s3/b/site/a/r.txt").readText() == "r\n")
      #expect(ran.outcome.talk.contains("2 tests in 1 report: 1 passed, 1 failed, 0 skipped"))
      let log = try await ran.slipway("audit", "log", "--kind", "tests.reported", "--json")
      #expect(log.output.contains("TEST-1.xml"), "\(log.everything)")
      #expect(try await ran.slipway("audit", "verify").code == 0)
    }
  }

  @Test(.enabled(if: Peer.isUsable("python3"), "python3 is the service"))
  func `a service answers while its stage lasts, and not longer`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let port = Int.random(in: 20000..<30000)
      let ran = try await StagePipeline.run(
        """
        - step:
            type: Background
            name: web
            identifier: web
            spec:
              shell: Sh
              command: exec python3 -m http.server --bind 127.0.0.1 \(port)
              portBindings: { "\(port)": "\(port)" }
        - step:
            type: Run
            name: ask
            identifier: ask
            spec:
              shell: Sh
              command: python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:\(port)/").status)'
        """, in: directory)
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("] 200"))
      let after = try await ran.slipway.run([
        "sh", "-c", "grep -c ':\(String(port, radix: 16).uppercased()) .* 0A' /proc/net/tcp",
      ])
      #expect(after.output == "0\n")
      let log = try await ran.slipway("audit", "log", "--kind", "service.ended", "--json")
      #expect(log.output.contains("service.ended"), "\(log.everything)")
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git clones"))
  func `a repository of this machine is cloned`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let made = try await SlipwayProgram(in: directory).run([
        "sh", "-c",
        "git init -q -b main repo && cd repo && echo hello > file && git add . && git -c user.name=n -c user.email=e@x commit -qm first",
      ])
      #expect(made.code == 0, "\(made.everything)")
      try directory.appending("git.yaml").write(
        """
        connector:
          identifier: local
          name: local
          type: Git
          spec: { url: "file://\(directory)/repo", type: Http, connectionType: Repo }

        """)
      let ran = try await StagePipeline.run(
        """
        - step: { type: GitClone, name: clone, identifier: clone, spec: { connectorRef: account.local, cloneDirectory: there, build: { type: branch, spec: { branch: main } } } }
        - step: { type: Run, name: look, identifier: look, spec: { shell: Sh, command: cat there/file } }
        """, in: directory, settings: "connectors: [git.yaml]\n")
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("] hello"))
    }
  }

  @Test func `what a step exports is in the environment of the next, and a secret is on no command line`() async throws
  {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await StagePipeline.run(
        """
        - step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: 'echo FROM_A=exported >> $DRONE_ENV' } }
        - step:
            type: Run
            name: b
            identifier: b
            spec:
              shell: Sh
              command: |
                echo "$FROM_A"
                word='<+secrets.getValue("account.word")>'
                echo "$word" | cut -c 1-3
                cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c "$(printf %s "$word" | cut -c 1-9)-[a-z]*-staple" || true
        """, in: directory, settings: "secrets:\n  account.word: { value: correct-h-battery-staple }\n")
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      #expect(ran.outcome.talk.contains("] exported"))
      #expect(ran.outcome.talk.contains("] cor"))
      #expect(ran.outcome.talk.contains("] 0"))
    }
  }
}
