import Engine
import Model
import Synchronization

@testable import Commands

/// A run that a live tree shows on a screen, at times that the test decides on.
final class WatchedRun: Sendable {
  private let recording: RecordingTerminal
  private let renderer: LiveTreeRenderer
  private let now: MovableTime
  private let state: Mutex<(screen: ScreenModel, read: Int)>

  init(columns: Int = 60, rows: Int = 24, environment: [String: String] = [:]) {
    let now = MovableTime(Sample.time(0))
    self.now = now
    recording = RecordingTerminal(
      environment: environment.merging(["TERM": "xterm"]) { given, _ in given }, isErrorTerminal: true,
      columns: columns, rows: rows)
    renderer = LiveTreeRenderer(terminal: recording.terminal, clock: now.clock)
    state = Mutex((ScreenModel(columns: columns, rows: rows), 0))
  }

  /// The screen with everything that was written so far.
  var screen: ScreenModel {
    let bytes = Array(recording.talk.utf8)
    return state.withLock { state in
      state.screen.write(String(decoding: bytes[state.read...], as: UTF8.self))
      state.read = bytes.count
      return state.screen
    }
  }

  var written: String { recording.talk }

  /// Lets the news come in and the screen be brought up to date at a time.
  func at(_ seconds: Double, _ news: RunProgress...) async {
    now.set(Sample.time(seconds))
    for progress in news { await renderer.receive(progress) }
    await renderer.tick()
  }

  /// Ends the display as the end of a run does.
  func conclude(at seconds: Double, _ status: Status) async {
    now.set(Sample.time(seconds))
    let conclusion = RunConclusion(run: Sample.run(status), status: status, breach: nil, message: nil)
    await renderer.receive(.finished(conclusion, at: Sample.time(seconds)))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [renderer] in await renderer.run() }
      group.cancelAll()
    }
  }
}

/// A clock that stands still until it is set. Sleeping on it only ends by cancellation.
final class MovableTime: Sendable {
  private let moment: Mutex<Timestamp>

  init(_ moment: Timestamp) {
    self.moment = Mutex(moment)
  }

  func set(_ moment: Timestamp) {
    self.moment.withLock { $0 = moment }
  }

  var clock: EngineClock {
    EngineClock(
      now: { [self] in moment.withLock { $0 } }, sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
  }
}
