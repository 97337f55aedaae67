import ArgumentParser
import Engine
import Ledger
import Model

struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Free the space of runs that are not needed any more.",
    discussion: """
      Workspaces, snapshots and images of the runs that no limit keeps are removed; what they did stays in the ledger, and so do their \
      logs. Whatever a kept run, a run that it replays, or an image in the embedded registry needs stays. A pruned run cannot be replayed.
      Without a limit only what no run needs is removed. Runs may go on meanwhile.
      """)

  @Option(help: ArgumentHelp("Runs that began longer ago: 30d, 12h, 2w.", valueName: "age"))
  var olderThan: String?

  @Option(help: ArgumentHelp("All but the newest so many of each pipeline.", valueName: "count"))
  var keep: Int?

  @Option(help: ArgumentHelp("The oldest runs, until the state directory is this small: 500M, 10G.", valueName: "size"))
  var maxSize: String?

  @Option(help: ArgumentHelp("Only runs of this pipeline.", valueName: "identifier"))
  var pipeline: String?

  @Flag(
    help: """
      Also remove stored contents that are not what their digests say. A run from the checkout then stores them anew. \
      Everything that is stored is read for that.
      """)
  var damaged = false

  @Flag(help: "Only say what would be removed.")
  var dryRun = false

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(Surroundings.ofThisProcess())
    let rule = try rule()
    _ = try toolbox.readLedger()
    try toolbox.becomeRoot()
    let pruning = Pruning(toolbox: toolbox, store: try toolbox.openLedger(), rule: rule)
    show(try await pruning.run(isDry: dryRun), on: .ofThisProcess())
  }

  private func rule() throws -> PruneRule {
    var rule = PruneRule()
    rule.removesDamaged = damaged
    if let olderThan {
      guard let age = PruneRule.age(olderThan) else {
        throw CommandFailure(.usage, "--older-than: write it as 30d, 12h or 2w, not '\(olderThan)'")
      }
      rule.oldestAge = age
    }
    if let keep {
      guard keep >= 0 else { throw CommandFailure(.usage, "--keep: a count is needed, not '\(keep)'") }
      rule.keptPerPipeline = keep
    }
    if let maxSize {
      guard let size = PruneRule.size(maxSize) else {
        throw CommandFailure(.usage, "--max-size: write it as 500M or 10G, not '\(maxSize)'")
      }
      rule.largestSize = size
    }
    if let pipeline {
      do { rule.pipeline = try Identifier(pipeline) } catch {
        throw CommandFailure(.usage, "--pipeline: '\(pipeline)' is no identifier")
      }
    }
    return rule
  }

  private func show(_ result: Pruning.Result, on terminal: Terminal) {
    if json {
      let document: Value = [
        "dryRun": .bool(dryRun), "runs": .list(result.runs.map { .string($0.id.description) }),
        "blobs": .integer(result.blobCount), "blobBytes": .integer(Int(result.blobBytes)),
        "workspaceBytes": .integer(Int(result.workspaceBytes)), "damaged": .integer(result.damagedCount),
      ]
      terminal.data(document.canonicalJSON + "\n")
      return
    }
    let verb = dryRun ? "would be pruned" : "pruned"
    for run in result.runs {
      terminal.data("\(verb): \(run.pipeline)#\(run.sequenceID) of \(terminal.localTime(run.startedAt)) (\(run.id))\n")
    }
    terminal.talk(
      "\(counted(result.runs.count, "run")) \(verb); \(counted(result.blobCount, "blob")) (\(SizeText.of(result.blobBytes)))"
        + " and \(SizeText.of(result.workspaceBytes)) of workspaces \(dryRun ? "would be removed" : "removed")")
    if damaged {
      terminal.talk(
        "\(counted(result.damagedCount, "damaged content")) \(dryRun ? "would be removed" : "removed")"
          + (result.damagedCount > 0 && !dryRun
            ? "; runs that need them cannot be replayed until they are stored anew" : ""))
    }
  }
}
