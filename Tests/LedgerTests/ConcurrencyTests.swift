import Engine
import Ledger
import Model
import Testing

@Suite struct ConcurrencyTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func `two stores on one file append side by side to one chain`() async throws {
    let appends = 50
    let stores = [try SQLiteRunStore(at: directory.ledger), try SQLiteRunStore(at: directory.ledger)]
    var runs = [Run]()
    for store in stores { runs.append(try await store.begin(Sample.draft())) }
    let begun = runs
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (store, run) in zip(stores, begun) {
        for number in 0..<appends {
          group.addTask {
            try await store.append(
              Sample.entry(
                at: Int64(number), "note", payload: ["number": .integer(number)],
                facts: [.push(Sample.push(tag: "t\(number)"))], isDurable: number.isMultiple(of: 10)),
              to: run.id)
          }
        }
      }
      // Readers are not held up by writers, and always see whole entries.
      for store in stores {
        group.addTask {
          for _ in 0..<10 { try #require(try await store.audit.verify().isIntact) }
        }
      }
      try await group.waitForAll()
    }
    for run in begun {
      let events = try await stores[0].events(of: run.id)
      #expect(events.count == 1 + appends)
      #expect(Set(events.compactMap { $0.payload["number"]?.integer }).count == appends)
      #expect(try await stores[1].history(of: run.id).pushes.count == appends)
    }
    let verification = try await stores[1].audit.verify()
    #expect(verification.isIntact)
    #expect(verification.eventCount == 4 * (1 + appends))
  }

  @Test func `runs that begin at the same time get different numbers`() async throws {
    let stores = [try SQLiteRunStore(at: directory.ledger), try SQLiteRunStore(at: directory.ledger)]
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<40 {
        group.addTask { try await stores[number % 2].begin(Sample.draft()).sequenceID }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(numbers.sorted() == Array(1...40))
  }

  @Test func `several open a new ledger at once`() async throws {
    let path = directory.ledger
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask { _ = try await SQLiteRunStore(at: path).begin(Sample.draft()) }
      }
      try await group.waitForAll()
    }
    let store = try SQLiteRunStore(at: path)
    #expect(try await store.runs(RunQuery(limit: 10)).count == 6)
    #expect(try await store.audit.verify().isIntact)
  }

  @Test func `a ledger of thousands of events is verified and searched`() async throws {
    let store = try SQLiteRunStore(at: directory.ledger)
    let run = try await store.begin(Sample.draft())
    for number in 0..<20 {
      let events = (0..<100).map {
        LedgerEntry.Event(kind: "note", subject: "s\(number)", payload: ["text": .string("line \($0)")])
      }
      try await store.append(LedgerEntry(at: Sample.time(Int64(number)), events: events), to: run.id)
    }
    let verification = try await store.audit.verify()
    #expect(verification.isIntact)
    #expect(verification.eventCount == 2002)
    #expect(try await store.auditLog(AuditFilter(subject: "s7", limit: 1000)).count == 100)
  }
}
