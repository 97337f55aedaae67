import Engine
import Model
import Testing

@testable import Commands

struct RunViewTests {
  private func shown(_ history: RunHistory, isJSON: Bool = false) -> String {
    let recording = RecordingTerminal()
    RunView(history).show(on: recording.terminal, isJSON: isJSON)
    #expect(recording.talk == "")
    return recording.data
  }

  @Test func `a run is shown with its attempts, images, scans and pushes`() {
    func digest(_ digit: Character) -> String { Sample.digest(digit).description }
    #expect(
      shown(Sample.succeeded) == """
        ✓ app#3 succeeded in 12s
          run        01KJMB4ZV0TESTTESTTESTTEST
          started    2026-03-01 09:30:00 by erika, slipway 0.1.0
          pipeline   pipeline.yaml (\(digest("1")))
          codebase   /src at 0123456789abcdef0123456789abcdef01234567 (main) with 2 uncommitted changes
          inputs     version=1.2

          ✓ build         10s
            ✓ Image      8.2s
              attempt 1 failed after 0.4s, exit code 2: exit code 2
              attempt 2 succeeded after 7.2s, exit code 0
            ✓ Scan       1.8s
          ✓ ship         2.0s
            ✓ Push       1.5s
            – Notify           skipped: when: false

        built by build/Image
          image      \(digest("a"))
          config     \(digest("c"))
          layers     1, 12.3 MB
          archive    \(digest("b")) (image.tar, 12.4 MB)
          dockerfile \(digest("f"))
          meant for  registry.example/team/app:1.2

        scanned by build/Scan
          image      \(digest("a"))
          archive    \(digest("b"))
          scanner    slipway 0.1.0 with PyPI 2024-10
          packages   1 on Debian 12
          findings   1 critical, 1 unknown, passed
          note       no advisories for npm

        pushed by ship/Push
          image      \(digest("a"))
          as         registry.example/team/app:1.2
          to         the embedded registry, 2026-03-01 09:30:11
          archive    \(digest("b"))
          read back  the same

        """)
  }

  @Test func `a failed replay says what it took over and why it failed`() {
    #expect(
      shown(Sample.failed) == """
        ✗ app#3 failed in 1m 05s
          Test: exit code 1
          run        01KJMB4ZV0TESTTESTTESTTEST
          started    2026-03-01 09:30:00 by erika, slipway 0.1.0
          pipeline   pipeline.yaml (\(Sample.digest("1")))
          codebase   /src at 0123456789abcdef0123456789abcdef01234567 (main)
          inputs     version=1.2
          replays    01KJMB4ZV0EARAERARERARERAR

          ✗ build       1m 05s  failed
            ✓ Compile           taken over from run 01KJMB4ZV0EARAERARERARERAR
            ✗ Test      1m 03s  failed: exit code 1
          ◦ ship                not started

        """)
  }

  @Test func `the JSON form is one object with everything in it`() throws {
    let text = shown(Sample.succeeded, isJSON: true)
    #expect(text.hasSuffix("\n"))
    #expect(text.split(separator: "\n").count == 1)
    for part in [
      "\"id\":\"01KJMB4ZV0TESTTESTTESTTEST\"", "\"status\":\"SUCCEEDED\"", "\"changedFiles\":[\"a\",\"b\"]",
      "\"exitCode\":2", "\"finishedAt\":\"2026-03-01T09:30:12.000Z\"",
      "\"counts\":{\"critical\":1,\"high\":0,\"info\":0,\"low\":0,\"medium\":0,\"unknown\":1}",
      "\"archive\":{\"digest\":\"\(Sample.digest("b"))\",\"path\":\"image.tar\",\"size\":12400000}",
      "\"readBackDigest\":\"\(Sample.digest("a"))\"", "\"spec\":{\"command\":\"make\"}", "\"takenFrom\":null",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }
}
