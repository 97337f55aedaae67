import Engine
import Testing

@testable import Commands

struct RunSummaryTests {
  private func shown(
    _ history: RunHistory, state: String = "state", isTerminal: Bool = false
  ) -> (talk: String, data: String) {
    let recording = RecordingTerminal(
      environment: ["TERM": "xterm", "NO_COLOR": "1"], isErrorTerminal: isTerminal)
    RunSummary(history: history, stateDirectory: state).show(on: recording.terminal)
    return (recording.talk, recording.data)
  }

  @Test func `a run that went well tells its images, and data tells what was pushed`() {
    let (talk, data) = shown(Sample.succeeded)
    #expect(
      talk == """
        ✓ app#3 succeeded in 12s
          ✓ build         10s
            ✓ Image      8.2s
            ✓ Scan       1.8s
          ✓ ship         2.0s
            ✓ Push       1.5s
            – Notify           skipped: when: false
          built    sha256:aaaaaaaaaaaa by build/Image
          scanned  sha256:aaaaaaaaaaaa by build/Scan: 1 critical, 1 unknown (slipway 0.1.0 with PyPI 2024-10)
          pushed   registry.example/team/app:1.2 → the embedded registry (sha256:aaaaaaaaaaaa)
          logs     state/runs/01KJMB4ZV0TESTTESTTESTTEST/logs

        """)
    #expect(data == "registry.example/team/app:1.2@\(Sample.digest("a"))\n")
  }

  @Test func `a run that failed says why, and how to go on`() {
    let (talk, data) = shown(Sample.failed, state: "/tmp/my state", isTerminal: true)
    #expect(
      talk == """
        ✗ app#3 failed in 1m 05s
          build/Test: exit code 1 of 2
          logs     /tmp/my state/runs/01KJMB4ZV0TESTTESTTESTTEST/logs
          to go on slipway replay last --state '/tmp/my state'
                   slipway logs app#3 build/Test --state '/tmp/my state'

        """)
    #expect(data == "")
  }
}
