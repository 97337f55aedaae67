import Engine
import GRDB
package import Model

/// How a user names a run.
package enum RunSelector: Hashable, Sendable {
  case last
  /// `PIPELINE#sequenceId`.
  case number(pipeline: Identifier, sequenceID: Int)
  /// A ULID, or the first characters of one, in upper case.
  case prefix(String)

  /// - Throws: ``LedgerError`` with `malformedSelector`.
  package init(_ text: String) throws(LedgerError) {
    if text == "last" {
      self = .last
      return
    }
    if let hash = text.lastIndex(of: "#") {
      let pipeline = String(text[..<hash])
      guard let sequenceID = Int(text[text.index(after: hash)...]), sequenceID > 0 else {
        throw Self.malformed(text)
      }
      do {
        self = .number(pipeline: try Identifier(pipeline), sequenceID: sequenceID)
      } catch {
        throw Self.malformed(text)
      }
      return
    }
    let upper = text.uppercased()
    let isPrefix = (1...26).contains(upper.utf8.count) && upper.utf8.allSatisfy(Self.ulidAlphabet.contains)
    guard isPrefix else { throw Self.malformed(text) }
    self = .prefix(upper)
  }

  private static let ulidAlphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  private static func malformed(_ text: String) -> LedgerError {
    LedgerError(
      .malformedSelector,
      "“\(text)” names no run: give its identifier, the first characters of it, PIPELINE#NUMBER, or “last”")
  }
}

extension SQLiteRunStore {
  /// The run that a user means.
  /// - Parameter selector: a ULID, a unique prefix of one, `PIPELINE#sequenceId`, or `last`.
  /// - Throws: ``LedgerError`` with `malformedSelector`, `noSuchRun` or `ambiguous`; the last lists the candidates.
  package func resolve(_ selector: String) async throws -> Run {
    let parsed = try RunSelector(selector)
    let listed = 10
    let query =
      switch parsed {
      case .last: RunQuery(limit: 1)
      case .number(let pipeline, let sequenceID): RunQuery(pipeline: pipeline, sequenceID: sequenceID, limit: 1)
      case .prefix(let prefix): RunQuery(idPrefix: prefix, limit: listed + 1)
      }
    let runs = try await runs(query)
    guard let run = runs.first else { throw try await noRun(parsed) }
    guard runs.count > 1 else { return run }
    let candidates = runs.prefix(listed).map { run in
      "\n  \(run.id)  \(run.pipeline)#\(run.sequenceID)  \(run.status.rawValue)  \(run.startedAt)"
    }
    let rest = runs.count > listed ? "\n  …" : ""
    throw LedgerError(
      .ambiguous, "“\(selector)” fits several runs:\(candidates.joined())\(rest)")
  }

  private func noRun(_ selector: RunSelector) async throws -> LedgerError {
    switch selector {
    case .last: return LedgerError(.noSuchRun, "nothing has been run yet")
    case .prefix(let prefix): return LedgerError(.noSuchRun, "no run's identifier begins with “\(prefix)”")
    case .number(let pipeline, let sequenceID):
      guard let latest = try await runs(RunQuery(pipeline: pipeline, limit: 1)).first else {
        return LedgerError(.noSuchRun, "the pipeline “\(pipeline)” has not been run yet")
      }
      return LedgerError(
        .noSuchRun, "there is no run \(pipeline)#\(sequenceID): the latest is \(pipeline)#\(latest.sequenceID)")
    }
  }
}
