import Engine
import Testing

@testable import Commands

struct ProgressRenderersTests {
  @Test func `the display fits whoever looks`() {
    let clock = MovableTime(Sample.time(0)).clock
    let person = RecordingTerminal(environment: ["TERM": "xterm"], isErrorTerminal: true).terminal
    let pipe = RecordingTerminal().terminal
    #expect(ProgressRenderers.make(terminal: person, isJSON: false, clock: clock) is LiveTreeRenderer)
    #expect(ProgressRenderers.make(terminal: person, isJSON: true, clock: clock) is JSONLinesRenderer)
    #expect(ProgressRenderers.make(terminal: pipe, isJSON: false, clock: clock) is PlainRenderer)
  }
}
