package import Engine
package import Model
import OCI

/// A run store that lives as long as the process: for tests of what is written against the role.
package actor InMemoryRunStore: RunStore {
  package struct Refusal: Error, CustomStringConvertible {
    package let description: String
  }

  fileprivate struct Ledger {
    var histories: [ULID: RunHistory] = [:]
    var events: [AuditEvent] = []
    /// Every entry in the order in which they came, for tests of what belongs into one transaction.
    var entries: [ULID: [LedgerEntry]] = [:]
  }

  private var ledger = Ledger()

  package init() {}

  package func begin(_ draft: RunDraft) throws -> Run {
    guard ledger.histories[draft.id] == nil else { throw Refusal(description: "there is a run \(draft.id) already") }
    let last = ledger.histories.values.filter { $0.run.pipeline == draft.pipeline }.map(\.run.sequenceID).max()
    let run = Run(
      id: draft.id, pipeline: draft.pipeline, pipelineName: draft.pipelineName, sequenceID: (last ?? 0) + 1,
      status: .running, startedAt: draft.startedAt, origin: draft.origin)
    ledger.histories[run.id] = RunHistory(run: run, nodes: [], attempts: [], builds: [], scans: [], pushes: [])
    ledger.record("run.started", run.pipeline.description, draft.payload, at: draft.startedAt, run: run.id)
    return run
  }

  package func append(_ entry: LedgerEntry, to run: ULID) throws {
    // Changed as a copy, so that an entry that is refused leaves nothing behind.
    var changed = ledger
    guard let history = changed.histories[run] else { throw Refusal(description: "there is no run \(run)") }
    for event in entry.events {
      changed.record(event.kind, event.subject, event.payload, at: entry.at, run: run)
    }
    changed.histories[run] = try history.storing(entry)
    changed.entries[run, default: []].append(entry)
    ledger = changed
  }

  package func run(_ id: ULID) -> Run? { ledger.histories[id]?.run }

  package func runs(_ query: RunQuery) -> [Run] {
    let fitting = ledger.histories.values.map(\.run).filter { run in
      (query.pipeline == nil || query.pipeline == run.pipeline)
        && (query.sequenceID == nil || query.sequenceID == run.sequenceID)
        && (query.status == nil || query.status == run.status)
        && run.id.description.hasPrefix(query.idPrefix?.uppercased() ?? "")
    }
    return Array(fitting.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }.prefix(query.limit))
  }

  package func history(of run: ULID) throws -> RunHistory {
    guard let history = ledger.histories[run] else { throw Refusal(description: "there is no run \(run)") }
    return history
  }

  package func events(of run: ULID) -> [AuditEvent] { ledger.events.filter { $0.run == run } }

  /// What was appended to a run, one element a transaction.
  package func entries(of run: ULID) -> [LedgerEntry] { ledger.entries[run] ?? [] }
}

extension InMemoryRunStore.Ledger {
  fileprivate mutating func record(_ kind: String, _ subject: String, _ payload: Value, at: Timestamp, run: ULID) {
    let previous = events.last?.hash ?? Digest(of: [])
    let sequence = Int64(events.count) + 1
    let content: Value = [
      "seq": .integer(Int(sequence)), "at": .integer(Int(at.milliseconds)), "run": .string(run.description),
      "kind": .string(kind), "subject": .string(subject), "payload": payload, "previous": .string(previous.hex),
    ]
    events.append(
      AuditEvent(
        sequence: sequence, at: at, run: run, kind: kind, subject: subject, payload: payload, previousHash: previous,
        hash: Digest(of: Array(content.canonicalJSON.utf8))))
  }
}

extension RunHistory {
  fileprivate func storing(_ entry: LedgerEntry) throws -> RunHistory {
    guard !run.status.isFinal || entry.facts.isEmpty else {
      throw InMemoryRunStore.Refusal(description: "a finished run never changes")
    }
    var (run, nodes, attempts) = (run, nodes, attempts)
    var (builds, scans, pushes) = (builds, scans, pushes)
    for fact in entry.facts {
      switch fact {
      case .node(let node): nodes.put(node) { $0.path == node.path }
      case .attempt(let attempt):
        let isSame: (Attempt) -> Bool = { $0.path == attempt.path && $0.number == attempt.number }
        if let old = attempts.first(where: isSame), old.status.isFinal {
          throw InMemoryRunStore.Refusal(description: "a finished attempt never changes")
        }
        attempts.put(attempt, where: isSame)
      case .build(let build): builds.append(build)
      case .scan(let scan): scans.append(scan)
      case .push(let push): pushes.append(push)
      case .runFinished(let status, let message):
        run = Run(
          id: run.id, pipeline: run.pipeline, pipelineName: run.pipelineName, sequenceID: run.sequenceID,
          status: status, startedAt: run.startedAt, finishedAt: entry.at, origin: run.origin, message: message)
      }
    }
    guard attempts.allSatisfy({ attempt in nodes.contains { $0.path == attempt.path } }) else {
      throw InMemoryRunStore.Refusal(description: "an attempt belongs to a node")
    }
    return RunHistory(
      run: run, nodes: nodes, attempts: attempts, builds: builds, scans: scans, pushes: pushes)
  }
}

extension Array {
  fileprivate mutating func put(_ element: Element, where isSame: (Element) -> Bool) {
    if let index = firstIndex(where: isSame) { self[index] = element } else { append(element) }
  }
}
