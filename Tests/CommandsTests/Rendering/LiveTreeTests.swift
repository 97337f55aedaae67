import Engine
import Model
import Testing

@testable import Commands

struct LiveTreeTests {
  private let build = Sample.path("build")
  private let compile = Sample.path("build", "Compile")
  private let test = Sample.path("build", "Test")

  private func changed(_ path: StepPath, _ status: Status, at seconds: Double, _ message: String? = nil) -> RunProgress
  {
    .changed(path, status, message: message, at: Sample.time(seconds))
  }

  private func output(_ path: StepPath, _ text: String) -> RunProgress { .output(path, Array(text.utf8)[...]) }

  @Test func `a running step shows the last lines of its output`() async {
    let run = WatchedRun()
    await run.at(
      1.5, .started(Sample.run(.running), Sample.plan), changed(build, .running, at: 0),
      changed(compile, .running, at: 0.5), output(compile, (1...8).map { "line \($0)\n" }.joined() + "par"))
    #expect(
      run.screen.text == """
        ▸ app#3  1.5s
          ▸ build         1.5s
            ▸ Compile     1.0s
              │ line 4
              │ line 5
              │ line 6
              │ line 7
              │ line 8
              │ par
            ◦ Test
            ◦ Lint
          ◦ ship
            ◦ Push

        """)
    await run.at(2, output(compile, "tial\n"), changed(compile, .succeeded, at: 2), changed(test, .running, at: 2))
    #expect(
      run.screen.text == """
        ▸ app#3  2.0s
          ▸ build         2.0s
            ✓ Compile     1.5s
            ▸ Test        0.0s
            ◦ Lint
          ◦ ship
            ◦ Push

        """)
    #expect(run.screen.unknown == [])
  }

  @Test func `what failed stays on the screen with the end of its output`() async {
    let run = WatchedRun(rows: 10)
    await run.at(0, .started(Sample.run(.running), Sample.plan), changed(build, .running, at: 0))
    await run.at(1, .attempt(compile, number: 1, at: Sample.time(1)), changed(compile, .running, at: 1))
    await run.at(
      3, output(compile, (1...30).map { "line \($0)\n" }.joined()),
      changed(compile, .failed, at: 3, "exit code 2\nand more"), changed(test, .skipped, at: 3, "nothing to test"),
      changed(build, .failed, at: 3))
    await run.conclude(at: 4, .failed)
    #expect(
      run.screen.text == """
        ✗ app#3  4.0s
          ✗ build         3.0s  failed
            ✗ Compile     2.0s  failed: exit code 2
        \((11...30).map { "      │ line \($0)" }.joined(separator: "\n"))
            – Test              skipped: nothing to test
            ◦ Lint
          ◦ ship
            ◦ Push

        """)
    #expect(run.screen.cursor.column == 0)
    #expect(run.screen.unknown == [])
  }

  @Test func `the tree fits a low screen, whatever goes on`() async {
    let plan = Sample.plan(stages: [
      "one": ["A", "B", "C"], "two": ["D", "E", "F"], "three": ["G", "H", "I"], "four": ["J", "K", "L"],
    ])
    for rows in 2...24 {
      let run = WatchedRun(rows: rows)
      await run.at(0, .started(Sample.run(.running), plan), changed(Sample.path("one"), .running, at: 0))
      for step in ["A", "B", "C"] {
        await run.at(
          1, changed(Sample.path("one", step), .running, at: 0), output(Sample.path("one", step), "x\ny\nz\n"))
        await run.at(2, changed(Sample.path("one", step), .succeeded, at: 2))
      }
      await run.at(3, changed(Sample.path("one"), .succeeded, at: 3), changed(Sample.path("two"), .running, at: 3))
      await run.at(4, changed(Sample.path("two", "D"), .running, at: 3), output(Sample.path("two", "D"), "x\ny\nz\n"))
      // Nothing has scrolled: all of it can be drawn over.
      let frame = run.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(frame.count <= rows)
      if rows > 3 { #expect(frame.contains { $0.contains("▸ D") }) }
      await run.conclude(at: 5, .succeeded)
      #expect(run.screen.text.split(separator: "\n").count == 17)
      #expect(run.screen.text.hasPrefix("✓ app#3  5.0s\n  ✓ one"))
    }
  }

  @Test func `a low screen hides what is over before what is to come`() async {
    let plan = Sample.plan(stages: ["one": ["A", "B", "C"], "two": ["D", "E"], "three": ["F", "G"]])
    let run = WatchedRun(rows: 11)
    await run.at(
      9, .started(Sample.run(.running), plan), changed(Sample.path("one"), .running, at: 0),
      changed(Sample.path("one"), .succeeded, at: 7), changed(Sample.path("two"), .running, at: 7),
      changed(Sample.path("two", "D"), .running, at: 8), output(Sample.path("two", "D"), "1\n2\n3\n4\n"))
    #expect(
      run.screen.text == """
        ▸ app#3  9.0s
          ✓ one       7.0s
          ▸ two       2.0s
            ▸ D       1.0s
              │ 2
              │ 3
              │ 4
            ◦ E
          ◦ three

        """)
  }

  @Test func `long lines and wide characters are cut before the last column`() async {
    let run = WatchedRun(columns: 20)
    await run.at(
      1, .started(Sample.run(.running), Sample.plan), changed(build, .running, at: 0),
      changed(compile, .running, at: 0), output(compile, String(repeating: "x", count: 50) + "\n"))
    await run.at(2, output(compile, "y\n"))
    #expect(
      run.screen.text == """
        ▸ app#3  2.0s
          ▸ build         …
            ▸ Compile     …
              │ xxxxxxxxxx…
              │ y
            ◦ Test
            ◦ Lint
          ◦ ship
            ◦ Push

        """)
  }

  @Test func `in the end a long message is cut and long output is not`() async {
    let run = WatchedRun(columns: 40)
    let long = String(repeating: "x", count: 50)
    await run.at(1, .started(Sample.run(.running), Sample.plan(stages: ["s": ["A"]])))
    await run.at(
      2, changed(Sample.path("s"), .failed, at: 2), output(Sample.path("s", "A"), long + "\n"),
      changed(Sample.path("s", "A"), .failed, at: 2, long))
    await run.conclude(at: 2, .failed)
    #expect(
      run.screen.text == """
        ✗ app#3  2.0s
          ✗ s             failed
            ✗ A           failed: xxxxxxxxxxxx…
              │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        xxxxxxxxxxxxxxxxxx

        """)
  }

  @Test func `retries, notices and commands of the output are shown as text`() async {
    let run = WatchedRun()
    await run.at(
      1, .started(Sample.run(.running), Sample.plan), .notice(.pipeline, "workspace restored"),
      changed(build, .running, at: 0), changed(compile, .running, at: 0),
      .attempt(compile, number: 1, at: Sample.time(0)), output(compile, "first\n"),
      .attempt(compile, number: 2, at: Sample.time(1)),
      output(compile, "10%\r50%\r\u{1B}[2J\u{1B}[1mbold\n"), .notice(compile, "no snapshot"))
    #expect(
      run.screen.text == """
        ▸ app#3  1.0s
          note: workspace restored
          ▸ build         1.0s
            ▸ Compile     1.0s  attempt 2
              note: no snapshot
              │ ^[[2J^[[1mbold
            ◦ Test
            ◦ Lint
          ◦ ship
            ◦ Push

        """)
  }

  @Test func `nothing is written when nothing has changed`() async {
    let run = WatchedRun()
    await run.at(1, .started(Sample.run(.running), Sample.plan))
    let written = run.written
    await run.at(1)
    #expect(run.written == written)
    await run.at(1.04)
    #expect(run.written == written)
    await run.at(1.1)
    #expect(run.written != written)
  }

  @Test func `the cursor is neither hidden nor left in the middle`() async {
    let run = WatchedRun()
    await run.at(1, .started(Sample.run(.running), Sample.plan), changed(build, .running, at: 0))
    await run.at(2, changed(compile, .running, at: 1))
    #expect(!run.written.contains("\u{1B}[?"))
    #expect(run.screen.cursor.row == 7)
    #expect(run.screen.cursor.column == 0)
  }

  @Test func `a run that never started leaves nothing`() async {
    let run = WatchedRun()
    await run.at(1)
    #expect(run.written == "")
  }

  @Test func `without Unicode the signs are ASCII`() async {
    let run = WatchedRun(environment: ["LANG": "C"])
    await run.at(
      1, .started(Sample.run(.running), Sample.plan), changed(build, .running, at: 0),
      changed(compile, .failed, at: 1), changed(test, .running, at: 1), output(test, "x\n"))
    #expect(run.screen.text.utf8.allSatisfy { $0 < 0x80 })
    #expect(run.screen.text.hasPrefix("> app#3  1.0s\n  > build         1.0s\n    x Compile           failed\n"))
  }
}
