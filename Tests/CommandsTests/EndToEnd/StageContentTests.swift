import Engine
import FoundationEssentials
import Model
import SystemPackage
import TestSupport
import Testing

/// What a stage keeps from run to run, what it brings in and carries out, and its tests, by the built program.
struct StageContentTests {
  @Test func `a stage's cache is saved after its first run and restored before the second`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      try directory.appending("code/go.sum").write("module v1\n")
      func run(_ key: String) async throws -> StagePipeline.Ran {
        try await StagePipeline(
          stage: """
            cloneCodebase: true
            runtime: { type: Cloud, spec: {} }
            sharedPaths: [/slipway-shared-cache]
            caching: { enabled: true, \(key)paths: [deps, /slipway-shared-cache] }
            """,
          steps: """
            - step: { type: Run, name: look, identifier: look, spec: { shell: Sh, command: "cat deps/d /slipway-shared-cache/s || echo nothing" } }
            - step: { type: Run, name: fill, identifier: fill, spec: { shell: Sh, command: "mkdir -p deps; date +%s%N | tee deps/d; echo shared > /slipway-shared-cache/s" } }
            """
        ).run(in: directory, "--codebase", "\(directory)/code")
      }
      for key in ["", "key: 'mine-{{ checksum \"go.sum\" }}', "] {
        let first = try await run(key)
        #expect(first.outcome.code == 0, "\(first.outcome.everything)")
        #expect(first.outcome.talk.contains("caching: there is no cache"), "\(first.outcome.everything)")
        #expect(first.outcome.talk.contains("caching: saved"))
        #expect(try await first.slipway("logs", "last", "look").output.contains("nothing"))
        let written = try await first.slipway("logs", "last", "fill").output
        let second = try await run(key)
        #expect(second.outcome.code == 0, "\(second.outcome.everything)")
        #expect(second.outcome.talk.contains("caching: restored"), "\(second.outcome.everything)")
        #expect(try await second.slipway("logs", "last", "look").output == written + "shared\n")
        // What is no longer the same has no cache yet.
        try directory.appending("code/go.sum").write("module v2\n")
        let third = try await run(key)
        #expect(third.outcome.talk.contains("caching: there is no cache"), "\(third.outcome.everything)")
        try directory.appending("code/go.sum").write("module v3\n")
      }
    }
  }

  @Test func `tests are run by the build tool, and their reports are in the ledger even when they fail`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let report =
        #"<testsuite name='s'><testcase name='one'/><testcase name='two'><failure message='no'/></testcase></testsuite>"#
      try directory.appending("code/mvnw").write(
        "#!/bin/sh\necho mvnw was told: \"$@\"\nmkdir -p target/surefire-reports\n"
          + "echo \"\(report)\" > target/surefire-reports/TEST-a.xml\n")
      try directory.appending("bin/pytest").write(
        "#!/bin/sh\necho pytest was told: \"$@\"\necho \"\(report)\" > junit.xml\nexit 1\n")
      var program = SlipwayProgram(in: directory)
      let made = try await program.run(["chmod", "+x", "code/mvnw", "bin/pytest"])
      #expect(made.code == 0, "\(made.everything)")
      try StagePipeline(
        stage: "cloneCodebase: true\nruntime: { type: Cloud, spec: {} }",
        steps: """
          - step:
              type: RunTests
              name: java
              identifier: java
              spec:
                language: Java
                buildTool: Maven
                args: clean test
                preCommand: export BEFORE=before
                postCommand: echo $BEFORE and after
                outputVariables: [{ name: BEFORE, type: String }]
                reports: { type: JUnit, spec: { paths: ["target/surefire-reports/*.xml"] } }
          - step:
              type: RunTests
              name: python
              identifier: python
              spec:
                language: Python
                buildTool: Pytest
                args: --junitxml=junit.xml
                reports: { type: JUnit, spec: { paths: ["**/junit.xml"] } }
          """
      ).write(to: directory)
      program.environment["PATH"] = "\(directory)/bin:" + (program.environment["PATH"] ?? "/usr/bin:/bin")
      let outcome = try await program("run", "\(directory)/pipeline.yaml", "--codebase", "\(directory)/code")
      #expect(outcome.code == 1, "\(outcome.everything)")
      #expect(outcome.talk.contains("] mvnw was told: clean test"))
      #expect(outcome.talk.contains("] before and after"))
      #expect(outcome.talk.contains("] pytest was told: --junitxml=junit.xml"))
      #expect(outcome.talk.matches(of: /2 tests in 1 report: 1 passed, 1 failed, 0 skipped/).count == 2)
      let log = try await program("audit", "log", "--kind", "tests.reported", "--json")
      #expect(log.output.contains("target/surefire-reports/TEST-a.xml"), "\(log.everything)")
      #expect(log.output.contains("junit.xml"))
    }
  }

  @Test(.enabled(if: Peer.isUsable("git"), "git clones"))
  func `branches, tags and commits of a repository are cloned, with submodules and files as outputs`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let made = try await SlipwayProgram(in: directory).run([
        "sh", "-c",
        """
        set -e
        commit() { git add . && git -c user.name=n -c user.email=e@x commit -qm "$1"; }
        git init -q -b main inner && cd inner && echo inner > i && commit inner && cd ..
        git init -q -b main repo && cd repo && echo one > file && commit one && git tag v1 && git rev-parse HEAD > ../first
        echo two > file && commit two
        git checkout -qb topic && git -c protocol.file.allow=always submodule --quiet add "file://$PWD/../inner" inner && commit topic
        """,
      ])
      #expect(made.code == 0, "\(made.everything)")
      let first = try directory.appending("first").readText().split(separator: "\n").joined()
      try directory.appending("git.yaml").write(
        """
        connector:
          identifier: local
          name: local
          type: Git
          spec: { url: "file://\(directory)", type: Http, connectionType: Account }

        """)
      func clone(_ name: String, _ build: String, _ more: String = "") -> String {
        "- step: { type: GitClone, name: \(name), identifier: \(name), spec: { connectorRef: account.local, repoName: repo, cloneDirectory: \(name), build: { \(build) }\(more) } }"
      }
      let steps = [
        clone("tagged", "type: tag, spec: { tag: v1 }"),
        clone("committed", "type: commitSha, spec: { commitSha: \(first) }", ", depth: 0"),
        clone(
          "topic", "type: branch, spec: { branch: topic }",
          ", submoduleStrategy: 'true', outputFilePathsContent: [topic/file]"),
        "- step: { type: Run, name: look, identifier: look, spec: { shell: Sh, command: \"cat */file topic/inner/i; git -C topic status --short; git -C topic rev-parse --abbrev-ref HEAD\" } }",
      ]
      let ran = try await StagePipeline.run(
        steps.joined(separator: "\n"), in: directory, settings: "connectors: [git.yaml]\n")
      #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
      #expect(try await ran.slipway("logs", "last", "look").output == "one\none\ntwo\ninner\ntopic\n")
      let outputs = try await ran.slipway.query("select outputs from attempt where path like '%topic'")
      #expect(outputs.contains("two"), "\(outputs)")

      let missing = try await StagePipeline.run(
        clone("gone", "type: branch, spec: { branch: nowhere }"), in: directory, settings: "connectors: [git.yaml]\n")
      #expect(missing.outcome.code == 1)
      #expect(missing.outcome.talk.contains("git fetch failed with code"), "\(missing.outcome.everything)")
    }
  }

  @Test func `every store keeps what is saved and uploaded in a directory of its own`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      func step(_ type: String, _ name: String, _ spec: String) -> String {
        "- step: { type: \(type), name: \(name), identifier: \(name), spec: { \(spec) } }"
      }
      let steps = [
        step(
          "Run", "make",
          "shell: Sh, command: 'mkdir -p deps out/a; echo d > deps/d; ln -s d deps/link; chmod 700 deps/d; echo r > out/a/r.txt'"
        ),
        step("SaveCacheGCS", "gcs", "connectorRef: c, bucket: b, key: k, sourcePaths: [deps], archiveFormat: Tar"),
        step(
          "SaveCacheAzure", "azure",
          "connectorRef: c, storageAccount: acc, containerName: b, key: k, sourcePaths: [deps], archiveFormat: Zstd"),
        step("SaveCache", "any", "key: k, sourcePaths: [deps]"),
        step("Run", "change", "shell: Sh, command: 'echo changed > deps/d'"),
        step("SaveCacheGCS", "again", "connectorRef: c, bucket: b, key: k, sourcePaths: [deps], archiveFormat: Tar"),
        step("Run", "lose", "shell: Sh, command: rm -r deps"),
        step("RestoreCacheGCS", "fromGCS", "connectorRef: c, bucket: b, key: k, failIfKeyNotFound: true"),
        step("Run", "look", "shell: Sh, command: 'cat deps/link; stat -c %a deps/d; rm -r deps'"),
        step(
          "RestoreCacheAzure", "fromAzure",
          "connectorRef: c, storageAccount: acc, containerName: b, key: k, sourcePaths: [deps], failIfKeyNotFound: true"
        ),
        step("Run", "lookAgain", "shell: Sh, command: 'cat deps/link; rm -r deps'"),
        step("RestoreCache", "fromAny", "providerType: Harness, key: k, failIfKeyNotFound: true"),
        step("Run", "lookOnce", "shell: Sh, command: cat deps/link"),
        step("RestoreCacheS3", "none", "connectorRef: c, bucket: b, key: other"),
        step("GCSUpload", "up", "connectorRef: c, bucket: b, sourcePath: out/a/*.txt, target: site"),
        step("ArtifactoryUpload", "art", "connectorRef: c, sourcePath: out/a/r.txt, target: libs/one"),
        step(
          "HarUpload", "har",
          "registryRef: reg, sourcePath: out/a/r.txt, packageType: GENERIC, packageName: p, packageVersion: '1'"),
        step("S3Upload", "missing", "connectorRef: c, bucket: b, region: r, sourcePath: nothing/*.txt"),
      ]
      let ran = try await StagePipeline.run(steps.joined(separator: "\n"), in: directory)
      let talk = ran.outcome.talk
      #expect(ran.outcome.code == 1, "\(ran.outcome.everything)")
      #expect(talk.contains("no file of the workspace fits sourcePath 'nothing/*.txt'"))
      #expect(talk.contains("The cache 'k' is in gcs://b already and is kept"))
      #expect(talk.contains("There is no cache 'other' in s3://b"))
      #expect(try await ran.slipway("logs", "last", "look").output == "d\n700\n")
      #expect(try await ran.slipway("logs", "last", "lookAgain").output == "d\n")
      #expect(try await ran.slipway("logs", "last", "lookOnce").output == "d\n")
      for file in ["gcs/b/site/r.txt", "artifactory/libs/one/r.txt", "har/reg/generic/p/1/r.txt"] {
        #expect(try ran.slipway.state.appending("buckets").pushing(FilePath(file)).readText() == "r\n", "\(file)")
      }
    }
  }

  @Test func `what a step puts out is in the environment of later steps where the account's flag is on`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let steps = """
        - step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: "export COLOR=red; export TOKEN=hidden", outputVariables: [{ name: COLOR, type: String }, { name: TOKEN, type: Secret }] } }
        - step: { type: Run, name: b, identifier: b, spec: { shell: Sh, command: 'echo "<$COLOR><$TOKEN>"' } }
        - step: { type: Run, name: c, identifier: c, spec: { shell: Sh, command: 'echo "<$COLOR>"', envVariables: { COLOR: own } } }
        """
      for (settings, b) in [(nil, "<><>"), ("featureFlags: [CI_OUTPUT_VARIABLES_AS_ENV]\n", "<red><>")] {
        let ran = try await StagePipeline.run(steps, in: directory, settings: settings)
        #expect(ran.outcome.code == 0, "\(ran.outcome.everything)")
        #expect(try await ran.slipway("logs", "last", "b").output == b + "\n")
        #expect(try await ran.slipway("logs", "last", "c").output == "<own>\n")
      }
      let wrong = try await StagePipeline.run(steps, in: directory, settings: "featureFlags: [CI_OUTPUT_VARIABLES]\n")
      #expect(wrong.outcome.code == 3)
      #expect(wrong.outcome.talk.contains("did you mean 'CI_OUTPUT_VARIABLES_AS_ENV'"), "\(wrong.outcome.everything)")
    }
  }

  @Test(.enabled(if: Peer.isUsable("python3"), "python3 is the service"))
  func `a replay starts the stage's services again and has what its steps had exported`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let port = Int.random(in: 20000..<30000)
      let pipeline = StagePipeline(
        steps: """
          - step:
              type: Background
              name: web
              identifier: web
              spec:
                shell: Sh
                command: exec python3 -m http.server --bind 127.0.0.1 \(port)
                portBindings: { "\(port)": "\(port)" }
          - step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: 'echo FROM_A=exported >> $DRONE_ENV; echo "HIDDEN=<+secrets.getValue("account.word")>" >> $DRONE_ENV' } }
          - step: { type: Run, name: a2, identifier: a2, spec: { shell: Sh, command: 'test "$FROM_A" = exported && echo FROM_A=later >> $DRONE_ENV' } }
          - step:
              type: Run
              name: b
              identifier: b
              spec:
                shell: Sh
                command: |
                  test -e \(directory)/ready
                  echo "<$FROM_A><$HIDDEN>"
                  python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:\(port)/").status)'
          """, settings: "secrets:\n  account.word: { value: correct-horse-battery }\n")
      let failed = try await pipeline.run(in: directory)
      #expect(failed.outcome.code == 1, "\(failed.outcome.everything)")
      try directory.appending("ready").write("")
      let replay = try await failed.slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(try await failed.slipway("logs", "last", "b").output == "<later><>\n200\n")
      #expect(replay.talk.contains("had put HIDDEN into the environment of later steps"), "\(replay.everything)")
      let executed = try await failed.slipway.query(
        "select group_concat(path, ' ') from (select path from attempt where run = (select max(id) from run) order by id)"
      )
      #expect(executed == "stages.only.steps.web stages.only.steps.b")
      // A replay of the replay's own run has them still.
      let again = try await failed.slipway("replay", "last", "--from", "b")
      #expect(again.code == 0, "\(again.everything)")
      #expect(try await failed.slipway("logs", "last", "b").output == "<later><>\n200\n")
      let shell = try await failed.slipway("shell", "last/b", "--", "sh", "-c", "echo $FROM_A")
      #expect(shell.output == "later\n", "\(shell.everything)")
      let log = try await failed.slipway("audit", "log", "--json")
      #expect(!log.output.contains("correct-horse"))
      #expect(try await failed.slipway("audit", "verify").code == 0)
    }
  }

  @Test func `stages are run by themselves unless the pipeline forbids it`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let steps = "- step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: 'true' } }"
      let rows: [(String, Int, String?)] = [
        ("", 0, "Harness would refuse this"), ("allowStageExecutions: true", 0, nil),
        ("allowStageExecutions: false", 2, "allowStageExecutions: false"),
      ]
      for (line, code, words) in rows {
        try StagePipeline(steps: steps).write(to: directory)
        let file = directory.appending("pipeline.yaml")
        try file.write(try file.readText().replacing("  name: kinds\n", with: "  name: kinds\n  \(line)\n"))
        let slipway = SlipwayProgram(in: directory)
        let some = try await slipway("run", file.string, "--stage", "only")
        #expect(some.code == code, "\(some.everything)")
        #expect(words.map(some.talk.contains) ?? !some.talk.contains("--stage"), "\(line): \(some.everything)")
        let all = try await slipway("run", file.string)
        #expect(all.code == 0)
        #expect(!all.talk.contains("--stage"))
      }
    }
  }

  @Test func `the doctor tells programs what the machine allows, with a way out of what it forbids`() async throws {
    struct Row: Decodable {
      let name: String
      let isAvailable: Bool
      let isNeeded: Bool
      let sentence: String
      let wayOut: String?
    }
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      var slipway = SlipwayProgram(in: directory)
      let json = try await slipway("doctor", "--json")
      let rows = try JSONDecoder().decode([Row].self, from: Data(json.output.utf8))
      for name in [
        "stateDirectory", "git", "sandboxHelper", "bubblewrap", "mountNamespaces", "overlays", "systemCallFilter",
        "userNamespaces", "subordinateUsers", "memoryLimits", "processorLimits",
      ] {
        #expect(rows.contains { $0.name == name }, "\(name)")
      }
      #expect(json.code == (rows.allSatisfy { $0.isAvailable || !$0.isNeeded } ? 0 : 1))
      #expect(rows.allSatisfy { $0.isAvailable == ($0.wayOut == nil) || $0.name.hasSuffix("Limits") })
      let text = try await slipway("doctor")
      #expect(text.output.split(separator: "\n").count >= rows.count)
      // Without git on the PATH.
      slipway.environment["PATH"] = directory.string
      let without = try await slipway.run([SlipwayProgram.path.string, "doctor", "--state", slipway.state.string])
      #expect(without.code == 1)
      #expect(without.output.contains("missing  git is not on the PATH"), "\(without.everything)")
      #expect(without.output.contains("apt-get install git"))
      try directory.appending("file").write("no directory")
      let broken = try await slipway.run([
        SlipwayProgram.path.string, "doctor", "--state", directory.appending("file/state").string,
      ])
      #expect(broken.code == 1)
      #expect(broken.output.contains("missing  The state directory"), "\(broken.everything)")
    }
  }
}
