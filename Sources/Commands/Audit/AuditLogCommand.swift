import ArgumentParser
import Engine
import Ledger
import Model

struct AuditLogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "List the ledger's events.",
    discussion:
      "Of more than --limit events that fit, the newest are listed. Kinds and subjects may be patterns: 'image.*'.")

  @Option(name: .customLong("run"), help: ArgumentHelp("Only events of this run.", valueName: "run"))
  var selector: String?

  @Option(help: ArgumentHelp("Only events of this pipeline's runs.", valueName: "identifier"))
  var pipeline: String?

  @Option(help: ArgumentHelp("Only events about this step, by its identifier or its path.", valueName: "step"))
  var step: String?

  @Option(help: ArgumentHelp("Only events of this kind, such as image.pushed.", valueName: "kind"))
  var kind: String?

  @Option(help: ArgumentHelp("Only events about this: a step's path, a digest.", valueName: "subject"))
  var subject: String?

  @Option(help: ArgumentHelp("Only events of runs that this user started.", valueName: "user"))
  var actor: String?

  @Option(help: ArgumentHelp("Only events that name this digest.", valueName: "sha256:…"))
  var digest: String?

  @Option(
    help: ArgumentHelp("Only events from then on: 2026-03-01, 2026-03-01T09:30, or 2h, 3d ago.", valueName: "time"))
  var since: Moment?

  @Option(help: ArgumentHelp("Only events until then.", valueName: "time"))
  var until: Moment?

  @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
  var limit = 100

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    var filter = AuditFilter(limit: limit)
    if let selector { filter.run = try await store.resolve(selector).id }
    if let pipeline {
      do { filter.pipeline = try Identifier(pipeline) } catch {
        throw CommandFailure(.usage, "--pipeline: '\(pipeline)' is no identifier")
      }
    }
    if let digest {
      do { filter.digest = try Digest(digest.hasPrefix("sha256:") ? digest : "sha256:" + digest) } catch {
        throw CommandFailure(.usage, "--digest: '\(digest)' is no digest: give sha256: and all 64 digits")
      }
    }
    filter.step = step
    filter.kind = kind
    filter.subject = subject
    filter.actor = actor
    let now = toolbox.clock.now()
    filter.since = since?.timestamp(now: now)
    filter.until = until?.timestamp(now: now)
    format.show(AuditLogTable(try await store.auditLog(filter)), on: .ofThisProcess())
  }
}
