import Engine
import Model

/// A run as a tree that is kept up to date in place, for a person at a terminal.
///
/// Running steps show the last lines of their output, finished ones are one line each; below a failed one the end of its
/// output stays.
actor LiveTreeRenderer: ProgressRenderer {
  /// Redrawn 15 times a second at most.
  private static let interval = Duration.milliseconds(67)

  private let terminal: Terminal
  private let clock: EngineClock
  private var tree = LiveTree()
  private var area = RedrawnArea()

  init(terminal: Terminal, clock: EngineClock) {
    self.terminal = terminal
    self.clock = clock
  }

  func receive(_ progress: RunProgress) {
    tree.receive(progress)
  }

  func run() async {
    while !Task.isCancelled {
      tick()
      // Only cancellation ends the sleep early, and the condition sees it.
      try? await clock.sleep(Self.interval)
    }
    conclude()
  }

  /// Brings the screen up to date.
  func tick() {
    guard tree.startedAt != nil else { return }
    let size = terminal.size
    let change = area.redraw(
      layout.frame(height: max(1, size.rows - 1)), palette: terminal.talkPalette, ellipsis: terminal.glyphs.ellipsis,
      columns: size.columns)
    if let change { terminal.draw(change) }
  }

  /// Leaves the tree on the screen as it is at the end, whatever its height.
  private func conclude() {
    guard tree.startedAt != nil else { return }
    let (palette, ellipsis, columns) = (terminal.talkPalette, terminal.glyphs.ellipsis, terminal.size.columns)
    var text = area.redraw([], palette: palette, ellipsis: ellipsis, columns: columns) ?? ""
    for (line, isOutput) in layout.conclusion() {
      text += line.rendered(palette, limit: isOutput ? nil : columns - 1, ellipsis: ellipsis) + "\n"
    }
    terminal.draw(text)
  }

  private var layout: LiveTreeLayout {
    LiveTreeLayout(tree: tree, now: clock.now(), glyphs: terminal.glyphs)
  }
}
