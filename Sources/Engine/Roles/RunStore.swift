package import Model

/// Keeps what happened: runs, attempts, images, and the chain of events.
///
/// Every holder promises:
/// - an entry's events and facts are stored together or not at all;
/// - what `append` has returned for survives the death of this process; entries marked `isDurable` survive a power cut too;
/// - several processes may write at the same time; sequence identifiers are never given twice;
/// - finished attempts never change.
package protocol RunStore: Sendable {
  /// Starts a run: gives it the next sequence identifier of its pipeline and records `run.started`.
  func begin(_ draft: RunDraft) async throws -> Run

  func append(_ entry: LedgerEntry, to run: ULID) async throws

  func run(_ id: ULID) async throws -> Run?

  /// The runs that fit, newest first.
  func runs(_ query: RunQuery) async throws -> [Run]

  /// Everything that the ledger holds about one run.
  func history(of run: ULID) async throws -> RunHistory

  /// The run's events, oldest first.
  func events(of run: ULID) async throws -> [AuditEvent]
}

/// A run that is about to begin.
package struct RunDraft: Sendable {
  package let id: ULID
  package let pipeline: Identifier
  package let pipelineName: String
  package let startedAt: Timestamp
  package let origin: RunOrigin
  /// What the `run.started` event says beyond this.
  package let payload: Value

  package init(
    id: ULID, pipeline: Identifier, pipelineName: String, startedAt: Timestamp, origin: RunOrigin,
    payload: Value = .map([:])
  ) {
    self.id = id
    self.pipeline = pipeline
    self.pipelineName = pipelineName
    self.startedAt = startedAt
    self.origin = origin
    self.payload = payload
  }
}

/// What is stored in one transaction.
package struct LedgerEntry: Sendable {
  package struct Event: Sendable {
    package let kind: String
    package let subject: String
    package let payload: Value

    package init(kind: String, subject: String, payload: Value = .map([:])) {
      self.kind = kind
      self.subject = subject
      self.payload = payload
    }
  }

  package enum Fact: Sendable {
    /// Creates the node's row, or replaces status, times and message of the one that is there.
    case node(RunNode)
    /// Creates the attempt's row; a second time with a final status finishes it.
    case attempt(Attempt)
    case build(BuildRecord)
    case scan(ScanRecord)
    case push(PushRecord)
    case runFinished(Status, message: String?)
  }

  package let at: Timestamp
  package let events: [Event]
  package let facts: [Fact]
  /// Synced to the disk before `append` returns: before and after an effect outside of this machine.
  package let isDurable: Bool

  package init(at: Timestamp, events: [Event], facts: [Fact] = [], isDurable: Bool = false) {
    self.at = at
    self.events = events
    self.facts = facts
    self.isDurable = isDurable
  }
}

/// Which runs.
package struct RunQuery: Sendable {
  package var pipeline: Identifier?
  package var sequenceID: Int?
  /// The first characters of the run's ULID.
  package var idPrefix: String?
  package var status: Status?
  package var limit: Int

  package init(
    pipeline: Identifier? = nil, sequenceID: Int? = nil, idPrefix: String? = nil, status: Status? = nil,
    limit: Int = 20
  ) {
    self.pipeline = pipeline
    self.sequenceID = sequenceID
    self.idPrefix = idPrefix
    self.status = status
    self.limit = limit
  }
}

/// A run with everything that belongs to it.
package struct RunHistory: Sendable {
  package let run: Run
  /// In the order in which they were first recorded.
  package let nodes: [RunNode]
  package let attempts: [Attempt]
  package let builds: [BuildRecord]
  package let scans: [ScanRecord]
  package let pushes: [PushRecord]

  package init(
    run: Run, nodes: [RunNode], attempts: [Attempt], builds: [BuildRecord], scans: [ScanRecord], pushes: [PushRecord]
  ) {
    self.run = run
    self.nodes = nodes
    self.attempts = attempts
    self.builds = builds
    self.scans = scans
    self.pushes = pushes
  }
}
