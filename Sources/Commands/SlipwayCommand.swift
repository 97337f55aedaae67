import ArgumentParser
import Glibc

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
        name: "Running:",
        subcommands: [RunCommand.self, ReplayCommand.self, RerunCommand.self, CancelCommand.self, ShellCommand.self]),
      CommandGroup(
        name: "Looking back:",
        subcommands: [
          RunsCommand.self, ShowCommand.self, LogsCommand.self, DiffCommand.self, FindingsCommand.self,
          AuditCommand.self,
        ]),
      CommandGroup(
        name: "Checking:",
        subcommands: [
          LintCommand.self, PlanCommand.self, ExplainCommand.self, SimulateCommand.self, ProveCommand.self,
          EvalCommand.self,
          ScanCommand.self, DoctorCommand.self, PruneCommand.self,
        ]),
      CommandGroup(name: "Registry:", subcommands: [RegistryCommand.self]),
    ])
}

/// The program.
package enum Slipway {
  package static func main() async {
    // A reader that goes away, such as `head`, is no reason to die in the middle of a run.
    signal(SIGPIPE, SIG_IGN)
    let arguments = ArgumentOrder.normalized(Array(CommandLine.arguments.dropFirst()))
    let terminal = Terminal.ofThisProcess()
    do {
      var command = try SlipwayCommand.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let status as ExitStatus {
      exit(status.rawValue)
    } catch let failure as CommandFailure {
      terminal.talk("error: \(failure.message)")
      exit(failure.status.rawValue)
    } catch let error as WorkplaceError {
      DiagnosticReport(error.diagnostics, sources: error.sources, terminal: terminal).show()
      exit(error.status.rawValue)
    } catch {
      let code = SlipwayCommand.exitCode(for: error)
      // The parser's own messages begin with a capital; those of all other errors don't.
      let message = SlipwayCommand.fullMessage(for: error).replacing("Error: ", with: "error: ", maxReplacements: 1)
      // Help and the version are what was asked for; everything else is talk.
      if code == .success { terminal.data(message + "\n") } else { terminal.talk(message) }
      exit(code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue)
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
