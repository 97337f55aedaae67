import Engine
import Model

/// Reads `--outcome`.
enum OutcomeOptions {
  /// - Throws: ``CommandFailure`` for what is no outcome, and for a step that the pipeline does not have.
  static func script(_ texts: [String], for plan: Plan) throws -> OutcomeScript {
    var script = OutcomeScript()
    for text in texts {
      do {
        try script.add(text)
      } catch .malformed(let text) {
        throw CommandFailure(
          .usage,
          "--outcome: write it as STEP=succeed, STEP=fail, STEP=fail:Timeout, STEP=timeout or STEP.NAME=value, not '\(text)'"
        )
      } catch .unknownFailure(let word, _) {
        let guess = Spelling.nearest(to: word, among: FailureType.allCases.map(\.rawValue))
        throw CommandFailure(
          .usage, "--outcome: there is no type of failure '\(word)'\(guess.map { "; did you mean '\($0)'?" } ?? "")")
      }
    }
    if let stranger = script.strangers(in: plan).first {
      let names = plan.templates.compactMap { $0.last?.description }
      let guess = Spelling.nearest(to: stranger.description, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandFailure(.usage, "--outcome: there is no step '\(stranger)'\(guess)")
    }
    return script
  }
}
