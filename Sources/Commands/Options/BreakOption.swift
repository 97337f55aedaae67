import ArgumentParser
import Glibc

/// `--break-on-failure`, which every command that runs a pipeline takes.
struct BreakOption: ParsableArguments {
  @Flag(help: "Open a shell inside the environment of a Run step that fails, before the run goes on.")
  var breakOnFailure = false

  /// - Throws: ``CommandFailure`` when there is nobody to give a shell to.
  func check(_ terminal: Terminal) throws {
    guard breakOnFailure else { return }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw CommandFailure(
        .usage,
        "--break-on-failure needs a terminal to open a shell on, and this process has none"
          + " ('slipway shell RUN/STEP -- COMMAND' looks at the failed step afterwards, without one)")
    }
  }
}
