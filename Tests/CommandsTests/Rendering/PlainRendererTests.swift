import Engine
import Model
import Testing

@testable import Commands

struct PlainRendererTests {
  private let compile = Sample.path("build", "Compile")
  private let test = Sample.path("build", "Test")

  private func shown(_ news: [RunProgress], environment: [String: String] = [:]) async -> String {
    let recording = RecordingTerminal(environment: environment)
    let renderer = PlainRenderer(terminal: recording.terminal, clock: MovableTime(Sample.time(0)).clock)
    for progress in news { await renderer.receive(progress) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await renderer.run() }
      group.cancelAll()
    }
    #expect(recording.data == "")
    return recording.talk
  }

  private func output(_ path: StepPath, _ bytes: [UInt8]) -> RunProgress { .output(path, bytes[...]) }

  @Test func `each line says where it comes from`() async {
    let conclusion = RunConclusion(run: Sample.run(.failed), status: .failed, breach: nil, message: nil)
    let text = await shown([
      .started(Sample.run(.running), Sample.plan),
      .notice(.pipeline, "workspace restored"),
      .changed(Sample.path("build"), .running, message: nil, at: Sample.time(0)),
      .changed(compile, .running, message: nil, at: Sample.time(0)),
      .attempt(compile, number: 1, at: Sample.time(0.2)),
      output(compile, Array("one\ntw".utf8)), output(test, Array("other\n".utf8)),
      output(compile, Array("o\nrest".utf8)),
      .attempt(compile, number: 2, at: Sample.time(1)),
      .changed(compile, .succeeded, message: nil, at: Sample.time(2.2)),
      .changed(test, .skipped, message: "when: false", at: Sample.time(2.2)),
      .changed(Sample.path("build"), .failed, message: "Test failed\nat line 2", at: Sample.time(65)),
      .finished(conclusion, at: Sample.time(65)),
    ])
    #expect(
      text == """
        run app#3 (01KJMB4ZV0TESTTESTTESTTEST) started
        [pipeline] note: workspace restored
        [build] started
        [build/Compile] started
        [build/Compile] one
        [build/Test] other
        [build/Compile] two
        [build/Compile] rest
        [build/Compile] started, attempt 2
        [build/Compile] succeeded in 1.2s
        [build/Test] skipped: when: false
        [build] failed in 1m 05s: Test failed

        """)
  }

  @Test func `control characters and broken encodings are harmless`() async {
    let text = await shown([
      output(compile, Array("\u{1B}[31mred\u{7}\tx\n".utf8)), output(compile, [0x61, 0xFF, 0x62, 0x0A]),
      output(compile, [0xC3]), output(compile, [0xA4, 0x0A]), output(compile, Array("end".utf8)),
    ])
    #expect(
      text == """
        [build/Compile] ^[[31mred^G\tx
        [build/Compile] a\u{FFFD}b
        [build/Compile] ä
        [build/Compile] end

        """)
  }

  @Test func `colours are only forced`() async {
    let text = await shown([output(compile, Array("x\n".utf8))], environment: ["FORCE_COLOR": "1"])
    #expect(text == "\u{1B}[2m[build/Compile] \u{1B}[0mx\n")
  }
}
