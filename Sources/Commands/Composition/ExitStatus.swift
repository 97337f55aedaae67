import Engine
import Model

/// The exit codes of every command. Stable: scripts depend on them.
enum ExitStatus: Int32, Error {
  case success = 0
  case stepFailed = 1
  case usage = 2
  case invalidPipeline = 3
  case custodyRefused = 4
  case verificationFailed = 5
  case timedOut = 124
  case interrupted = 130
  case terminated = 143

  /// - Parameter signal: the signal that stopped the run, if one did.
  init(_ conclusion: RunConclusion, signal: Int32?) {
    if conclusion.breach != nil {
      self = .custodyRefused
    } else if conclusion.status == .aborted, let signal {
      self = signal == 15 ? .terminated : .interrupted
    } else if conclusion.status == .expired {
      self = .timedOut
    } else {
      self = conclusion.status.isPositive ? .success : .stepFailed
    }
  }
}

/// A message for the user that ends the command: what is wrong, and the way out.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
