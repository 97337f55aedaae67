import ArgumentParser
import Model
import Testing

@testable import Commands

struct ListTests {
  private func shown(
    _ list: some ListDisplayable, _ arguments: [String] = [], columns: Int? = nil
  ) throws -> (data: String, talk: String) {
    let recording = RecordingTerminal(isOutputTerminal: columns != nil, columns: columns ?? 80)
    try ListFormat.parse(arguments).show(list, on: recording.terminal)
    return (recording.data, recording.talk)
  }

  private let runs = RunTable([
    Sample.run(.failed, seconds: 65, message: "Test, \"x\": exit code 1", changedFiles: ["a"]),
    Sample.run(.running, seconds: nil),
  ])

  @Test func `runs are a table for people`() throws {
    let (data, talk) = try shown(runs)
    #expect(
      data == """
        RUN    STATUS     STARTED              DURATION  COMMIT       BY
        app#3  ✗ failed   2026-03-01 09:30:00    1m 05s  0123456789+  erika
        app#3  ▸ running  2026-03-01 09:30:00            0123456789   erika

        """)
    #expect(talk == "+ with changes that are not in the commit\n")
  }

  @Test func `a table is cut to the screen's width, the widest columns first`() throws {
    let (data, _) = try shown(runs, columns: 56)
    let lines = data.split(separator: "\n")
    #expect(lines.allSatisfy { TextWidth.of($0) <= 56 })
    #expect(lines[1].hasPrefix("app#3  ✗ failed   2026-03-"))
    #expect(lines[1].contains("…"))
  }

  @Test func `runs are CSV and JSON for programs`() throws {
    let fields =
      "id,pipeline,sequenceId,status,startedAt,finishedAt,durationMilliseconds,actor,commit,branch,changedFiles,"
      + "pipelineFile,replayOf,message"
    let csv = try shown(runs, ["--csv"])
    #expect(
      csv.data == """
        \(fields)
        01KJMB4ZV0TESTTESTTESTTEST,app,3,FAILED,2026-03-01T09:30:00.000Z,2026-03-01T09:31:05.000Z,65000,erika,\
        0123456789abcdef0123456789abcdef01234567,main,1,pipeline.yaml,,"Test, ""x"": exit code 1"
        01KJMB4ZV0TESTTESTTESTTEST,app,3,RUNNING,2026-03-01T09:30:00.000Z,,,erika,\
        0123456789abcdef0123456789abcdef01234567,main,0,pipeline.yaml,,

        """)
    let json = try shown(RunTable([Sample.run(seconds: nil)]), ["--json"])
    #expect(
      json.data == """
        [
        {"actor":"erika","branch":"main","changedFiles":0,"commit":"0123456789abcdef0123456789abcdef01234567",\
        "durationMilliseconds":null,"finishedAt":null,"id":"01KJMB4ZV0TESTTESTTESTTEST","message":null,\
        "pipeline":"app","pipelineFile":"pipeline.yaml","replayOf":null,"sequenceId":3,\
        "startedAt":"2026-03-01T09:30:00.000Z","status":"SUCCEEDED"}
        ]

        """)
    #expect(csv.talk + json.talk == "")
  }

  @Test func `an empty list is a sentence for people and an empty list for programs`() throws {
    let empty = RunTable([])
    #expect(try shown(empty) == ("", "no runs\n"))
    #expect(try shown(empty, ["--json"]) == ("[]\n", ""))
    #expect(try shown(RegistryTable([]), ["--csv"]) == ("repository,tag,digest\n", ""))
  }

  @Test func `two formats at once are refused`() {
    #expect(throws: (any Error).self) { try ListFormat.parse(["--json", "--csv"]) }
  }

  @Test func `findings say what was found, where it is fixed, and by whom`() throws {
    let (data, talk) = try shown(FindingsTable([Sample.scan()]))
    #expect(
      data == """
        SEVERITY  VULNERABILITY   PACKAGE  VERSION  FIXED IN  SOURCE
        critical  CVE-2019-10906  jinja2   2.4.1    2.10.1    PyPI
        unknown   PYSEC-1         jinja2   2.4.1              PyPI, "two"

        """)
    #expect(
      talk == """
        \(Sample.digest("a")), Debian 12: 1 package, 1 critical, 1 unknown; scanned by slipway 0.1.0 with PyPI 2024-10
        note: no advisories for npm

        """)
    let csv = try shown(FindingsTable([Sample.scan()]), ["--csv"]).data.split(separator: "\n")
    #expect(
      csv[1].hasPrefix(
        "critical,9.1,CVE-2019-10906,GHSA-462w-v97r-4m45,jinja2,pypi,2.4.1,2.10.1,PyPI,"
          + "usr/lib/a/METADATA usr/lib/b/METADATA,stages.build.steps.Scan,sha256:aaaa"))
    #expect(csv[2].hasPrefix("unknown,,PYSEC-1,,jinja2,pypi,2.4.1,,\"PyPI, \"\"two\"\"\","))
  }

  @Test func `findings of several scans are told apart, none at all is said`() throws {
    let (data, _) = try shown(FindingsTable([Sample.scan(), Sample.scan()]))
    #expect(data.contains("STEP"))
    #expect(data.contains("build/Scan"))
    #expect(try shown(FindingsTable([])) == ("", "no findings\nnothing was scanned\n"))
  }

  @Test func `the audit log is a table, its hashes are for programs`() throws {
    let events = [
      AuditEvent(
        sequence: 9, at: Sample.time(0), run: Sample.id, kind: "image.built", subject: Sample.digest("a").description,
        payload: ["step": "x"], previousHash: Sample.digest("1"), hash: Sample.digest("2")),
      AuditEvent(
        sequence: 10, at: Sample.time(1), run: nil, kind: "schedule.started", subject: "pipeline", payload: .map([:]),
        previousHash: Sample.digest("2"), hash: Sample.digest("3")),
    ]
    #expect(
      try shown(AuditLogTable(events)).data == """
        NUMBER  TIME                 KIND              SUBJECT              RUN                         DETAILS
             9  2026-03-01 09:30:00  image.built       sha256:aaaaaaaaaaaa  01KJMB4ZV0TESTTESTTESTTEST  {"step":"x"}
            10  2026-03-01 09:30:01  schedule.started  pipeline

        """)
    #expect(
      try shown(AuditLogTable([events[1]]), ["--json"]).data == """
        [
        {"at":"2026-03-01T09:30:01.000Z","hash":"\(Sample.digest("3"))","kind":"schedule.started","payload":{},\
        "previousHash":"\(Sample.digest("2"))","run":null,"sequence":10,"subject":"pipeline"}
        ]

        """)
  }

  @Test func `the registry's images have short digests in the table and whole ones in CSV`() throws {
    let table = RegistryTable([
      RegistryTable.Row(repository: "registry.example/team/app", tag: "1.2\u{1B}", digest: Sample.digest("a"))
    ])
    #expect(
      try shown(table).data == """
        REPOSITORY                 TAG    DIGEST
        registry.example/team/app  1.2^[  sha256:aaaaaaaaaaaa

        """)
    #expect(try shown(table, ["--csv"]).data.hasSuffix(",\(Sample.digest("a"))\n"))
  }
}
