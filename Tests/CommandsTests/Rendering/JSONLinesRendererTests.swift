import Engine
import Model
import Testing

@testable import Commands

struct JSONLinesRendererTests {
  private let compile = Sample.path("build", "Compile")

  @Test func `each event is an object on a line of its own`() async {
    let recording = RecordingTerminal()
    let renderer = JSONLinesRenderer(terminal: recording.terminal)
    let plan = Sample.plan(stages: ["build": ["Compile"]])
    let conclusion = RunConclusion(
      run: Sample.run(.failed), status: .failed,
      breach: CustodyBreach(
        .changedAfterScan, path: "image.tar", expected: Sample.digest("a"), found: Sample.digest("b")),
      message: "refused")
    for progress: RunProgress in [
      .started(Sample.run(.running), plan),
      .changed(compile, .running, message: nil, at: Sample.time(0)),
      .attempt(compile, number: 1, at: Sample.time(0)),
      .output(compile, Array("one\ntwo \"ä".utf8)[...]),
      .notice(compile, "look"),
      .changed(compile, .failed, message: "exit code 1", at: Sample.time(1.25)),
      .finished(conclusion, at: Sample.time(2)),
    ] {
      await renderer.receive(progress)
    }
    await renderer.run()
    JSONLinesRenderer(terminal: recording.terminal).conclude(conclusion, exitCode: 4)
    #expect(recording.talk == "")
    let a = Sample.digest("a")
    let b = Sample.digest("b")
    #expect(
      recording.data == """
        {"at":"2026-03-01T09:30:00.000Z","event":"run.started","nodes":[{"kind":"stage","name":"build","path":"stages.build","type":"CI"},{"kind":"step","name":"Compile","path":"stages.build.steps.Compile","type":"Run"}],"pipeline":"app","replayOf":null,"run":"01KJMB4ZV0TESTTESTTESTTEST","schemaVersion":1,"sequenceId":3}
        {"at":"2026-03-01T09:30:00.000Z","event":"node.changed","message":null,"path":"stages.build.steps.Compile","schemaVersion":1,"status":"RUNNING"}
        {"at":"2026-03-01T09:30:00.000Z","event":"step.attempt","number":1,"path":"stages.build.steps.Compile","schemaVersion":1}
        {"event":"step.output","path":"stages.build.steps.Compile","schemaVersion":1,"text":"one\\ntwo \\"ä"}
        {"event":"notice","message":"look","path":"stages.build.steps.Compile","schemaVersion":1}
        {"at":"2026-03-01T09:30:01.250Z","event":"node.changed","message":"exit code 1","path":"stages.build.steps.Compile","schemaVersion":1,"status":"FAILED"}
        {"breach":{"expected":"\(a)","found":"\(b)","path":"image.tar","reason":"changedAfterScan"},"event":"run.finished","exitCode":4,"message":"refused","run":"01KJMB4ZV0TESTTESTTESTTEST","schemaVersion":1,"status":"FAILED"}

        """)
  }

  @Test func `characters that are split between two pieces stay text, other bytes are base64`() async {
    let recording = RecordingTerminal()
    let renderer = JSONLinesRenderer(terminal: recording.terminal)
    let bytes = Array("a€😀".utf8)
    for count in 1..<bytes.count {
      await renderer.receive(.output(compile, bytes[..<count]))
      await renderer.receive(.output(compile, bytes[count...]))
    }
    #expect(!recording.data.contains("base64"))
    #expect(
      recording.data.split(separator: "\"text\":\"").dropFirst().map { $0.prefix { $0 != "\"" } }.joined()
        == String(repeating: "a€😀", count: bytes.count - 1))
    await renderer.receive(.output(compile, [0x61, 0xFF]))
    #expect(
      recording.data.hasSuffix(
        "{\"base64\":\"Yf8=\",\"event\":\"step.output\",\"path\":\"stages.build.steps.Compile\",\"schemaVersion\":1}\n")
    )
    await renderer.receive(.output(compile, [0xE2, 0x82]))
    await renderer.receive(.changed(compile, .succeeded, message: nil, at: Sample.time(0)))
    #expect(recording.data.contains("{\"base64\":\"4oI=\""))
  }
}
