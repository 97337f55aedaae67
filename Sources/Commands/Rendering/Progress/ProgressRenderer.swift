import Engine

/// Shows a run while it goes on.
protocol ProgressRenderer: Sendable {
  func receive(_ progress: RunProgress) async

  /// Keeps the display up to date until the task is cancelled; what is left to show is shown before it returns.
  func run() async
}

enum ProgressRenderers {
  /// Events for programs, a live tree for a person at a terminal, lines for everything else.
  static func make(terminal: Terminal, isJSON: Bool, clock: EngineClock) -> any ProgressRenderer {
    if isJSON { return JSONLinesRenderer(terminal: terminal) }
    if terminal.isInteractive { return LiveTreeRenderer(terminal: terminal, clock: clock) }
    return PlainRenderer(terminal: terminal, clock: clock)
  }
}

extension EngineClock {
  /// Waits until the task is cancelled.
  func sleepUntilCancelled() async {
    while !Task.isCancelled {
      // Only cancellation ends the sleep early, and the condition sees it.
      try? await sleep(.seconds(3600))
    }
  }
}
