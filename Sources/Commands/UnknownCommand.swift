import ArgumentParser
import Model

/// A word in the place of a command that is none, with the one that was probably meant: the parser calls it an unexpected argument.
struct UnknownCommand {
  let message: String

  /// Nil when the command is there, or an option stands in its place.
  init?(_ arguments: [String]) {
    var command: any ParsableCommand.Type = SlipwayCommand.self
    var path = "slipway"
    for word in arguments {
      let all = command.configuration.subcommands
      guard !all.isEmpty, command.configuration.defaultSubcommand == nil, !word.hasPrefix("-"), word != "help" else {
        return nil
      }
      guard let next = all.first(where: { $0.configuration.commandName == word }) else {
        let names = all.compactMap { $0.configuration.commandName }
        let guess = Spelling.nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
        message = "'\(path)' has no command '\(word)'\(guess) ('\(path) --help' lists them)"
        return
      }
      path += " " + word
      command = next
    }
    return nil
  }
}
