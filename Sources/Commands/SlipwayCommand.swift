import ArgumentParser
import Glibc
import Ledger

/// The command line's root.
struct SlipwayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slipway",
    abstract:
      "Runs Harness CI pipelines on this machine: builds, scans and pushes images without a daemon, and remembers it.",
    version: Surroundings.version,
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Running",
        subcommands: [RunCommand.self, ReplayCommand.self, RerunCommand.self, CancelCommand.self, ShellCommand.self]),
      CommandGroup(
        name: "Looking back",
        subcommands: [
          RunsCommand.self, ShowCommand.self, LogsCommand.self, DiffCommand.self, FindingsCommand.self,
          AuditCommand.self,
        ]),
      CommandGroup(
        name: "Checking",
        subcommands: [
          LintCommand.self, PlanCommand.self, ExplainCommand.self, SimulateCommand.self, ProveCommand.self,
          EvalCommand.self,
          ScanCommand.self, DoctorCommand.self, PruneCommand.self,
        ]),
      CommandGroup(name: "Registry", subcommands: [RegistryCommand.self]),
    ])
}

/// The program.
package enum Slipway {
  package static func main() async {
    // A reader that goes away, such as `head`, is no reason to die in the middle of a run.
    signal(SIGPIPE, SIG_IGN)
    openStandardStreams()
    let arguments = ArgumentOrder.normalized(Array(CommandLine.arguments.dropFirst()))
    let terminal = Terminal.ofThisProcess()
    do {
      if let unknown = UnknownCommand(arguments) { throw CommandFailure(.usage, unknown.message) }
      var command = try SlipwayCommand.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      finish(ExitStatus.success.rawValue, terminal)
    } catch let status as ExitStatus {
      finish(status.rawValue, terminal)
    } catch let failure as CommandFailure {
      terminal.talk("error: \(failure.message)")
      exit(failure.status.rawValue)
    } catch let error as WorkplaceError {
      DiagnosticReport(error.diagnostics, sources: error.sources, terminal: terminal).show()
      exit(error.status.rawValue)
    } catch let error as LedgerError where error.isOfSelector {
      terminal.talk("error: \(error.message)")
      exit(ExitStatus.usage.rawValue)
    } catch {
      let code = SlipwayCommand.exitCode(for: error)
      // The parser's own messages begin with a capital; those of all other errors don't.
      let message = SlipwayCommand.fullMessage(for: error).replacing("Error: ", with: "error: ", maxReplacements: 1)
      // Help and the version are what was asked for; everything else is talk.
      if code == .success { terminal.data(message + "\n") } else if !message.isEmpty { terminal.talk(message) }
      finish(code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue, terminal)
    }
  }

  /// Whoever starts the program with a stream closed would have the next file that is opened, such as the ledger, in its place.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest number that is free is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Data that did not arrive is a failure, whatever the command itself came to.
  private static func finish(_ code: Int32, _ terminal: Terminal) -> Never {
    if let problem = TerminalStream.standardOutput.failure {
      terminal.talk("error: standard output is not whole: \(problem)")
      exit(code == ExitStatus.success.rawValue ? ExitStatus.stepFailed.rawValue : code)
    }
    exit(code)
  }
}

extension LedgerError {
  /// Whether the words that were given for a run or an image are what is wrong.
  fileprivate var isOfSelector: Bool {
    switch code {
    case .noSuchRun, .noSuchImage, .ambiguous, .malformedSelector: true
    default: false
    }
  }
}

/// Lets the options that every command takes stand before the command as well: `slipway --state DIR runs`.
enum ArgumentOrder {
  private static let shared = ["--state", "--config"]

  static func normalized(_ arguments: [String]) -> [String] {
    var moved = [String]()
    var rest = arguments[...]
    while let first = rest.first {
      if shared.contains(first), rest.count >= 2 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if shared.contains(where: { first.hasPrefix($0 + "=") }) {
        moved.append(first)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    return rest + moved
  }
}
