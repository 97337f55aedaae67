import GRDB
import Model
package import OCI

/// What an examination of the whole ledger found: the file, the chain, and the blobs that rows name.
package struct LedgerExamination: Sendable {
  /// One question with its answer.
  package struct Answer: Sendable {
    package enum Judgement: Hashable, Sendable {
      case good
      /// Something that should be there is not: it can't be replayed or shown any more, but nothing says that it was altered.
      case missing
      /// Damaged or altered.
      case wrong
    }

    package let judgement: Judgement
    package let sentence: String
    /// The places, some of them.
    package let details: [String]
  }

  package let answers: [Answer]

  package var isSound: Bool { answers.allSatisfy { $0.judgement != .wrong } }
  package var isComplete: Bool { answers.allSatisfy { $0.judgement == .good } }
}

extension SQLiteRunStore {
  private static let listed = 10

  /// Examines the ledger from its pages to the blobs that its rows name. Reads every such blob once.
  /// - Parameters:
  ///   - blobs: where they lie.
  ///   - kept: a checkpoint from before.
  /// - Throws: ``LedgerError`` when the ledger can't be read at all.
  package func examine(blobs: BlobStore, against kept: AuditHead? = nil) async throws(LedgerError) -> LedgerExamination
  {
    var answers = try await database.read { database in
      let pages = try String.fetchAll(database, sql: "PRAGMA quick_check(\(Self.listed))")
      let references = try Row.fetchAll(
        database, sql: "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2")
      let lost = try Int.fetchOne(database, sql: Self.unindexed) ?? 0
      return [
        pages == ["ok"]
          ? LedgerExamination.Answer(judgement: .good, sentence: "The file's pages are in order.", details: [])
          : LedgerExamination.Answer(judgement: .wrong, sentence: "The file is damaged.", details: pages),
        references.isEmpty
          ? LedgerExamination.Answer(judgement: .good, sentence: "Every row belongs to one that is there.", details: [])
          : LedgerExamination.Answer(
            judgement: .wrong, sentence: "Rows belong to others that are not there.",
            details: try references.map { row in
              let count = try row.decode(Int.self, atIndex: 2)
              return
                "\(count) of \(try row.decode(String.self, atIndex: 0)) in \(try row.decode(String.self, atIndex: 1))"
            }),
        lost == 0
          ? LedgerExamination.Answer(judgement: .good, sentence: "The index of digests fits the events.", details: [])
          : LedgerExamination.Answer(
            judgement: .wrong, sentence: "The index of digests differs from the events in \(lost) places.", details: []),
      ]
    }
    answers.insert(chain(try await audit.verify(against: kept)), at: 2)
    answers.append(contents(of: blobs, try await namedBlobs()))
    return LedgerExamination(answers: answers)
  }

  /// Counts what `audit_mention` lacks and what it has too much.
  private static let unindexed = """
    WITH mention (digest, seq) AS (
      SELECT DISTINCT substr(text, -71), seq
      FROM (SELECT seq, subject AS text FROM audit_event WHERE kind <> 'ledger.recorded'
            UNION ALL
            SELECT event.seq, tree.value FROM audit_event AS event, json_tree(event.payload) AS tree
            WHERE event.kind <> 'ledger.recorded' AND instr(event.payload, 'sha256:') AND tree.type = 'text')
      WHERE substr(text, -71, 7) = 'sha256:')
    SELECT (SELECT count(*) FROM (SELECT digest, seq FROM mention EXCEPT SELECT digest, seq FROM audit_mention))
         + (SELECT count(*) FROM (SELECT digest, seq FROM audit_mention EXCEPT SELECT digest, seq FROM mention))
    """

  private func chain(_ verification: AuditVerification) -> LedgerExamination.Answer {
    verification.isIntact
      ? LedgerExamination.Answer(
        judgement: .good,
        sentence:
          "The chain is whole: \(verification.eventCount) events and \(verification.rowCount) rows are as they were recorded.",
        details: [])
      : LedgerExamination.Answer(
        judgement: .wrong, sentence: "The ledger was altered: \(verification.problemCount) places differ.",
        details: verification.problems.prefix(Self.listed).map(\.description))
  }

  private static func verify(_ digest: Digest, in pack: BlobPack, at place: BlobPack.Place) throws {
    let bytes = try [UInt8](unsafeUninitializedCapacity: place.length) { buffer, count in
      try pack.read(place, into: UnsafeMutableRawBufferPointer(buffer))
      count = place.length
    }
    let found = Digest(of: bytes)
    guard found == digest else {
      throw OCIError(.digestMismatch, "blob \(digest) in “\(pack.path)” is damaged: its bytes have the digest \(found)")
    }
  }

  /// Every blob that a row names, with one of the runs that need it. What was pruned is not missed.
  private func namedBlobs() async throws(LedgerError) -> [(digest: Digest, what: String)] {
    try await database.read { database in
      try database.rows(
        of: "run",
        """
        SELECT digest, min(what) || ' of run ' || run AS what FROM (
          SELECT pipeline_digest AS digest, 'pipeline file' AS what, id AS run FROM run
          UNION ALL SELECT settings_digest, 'settings file', id FROM run
          UNION ALL SELECT workspace_before, 'workspace before ' || path, run FROM attempt
          UNION ALL SELECT workspace_after, 'workspace after ' || path, run FROM attempt
          UNION ALL SELECT manifest_digest, 'manifest', run FROM build
          UNION ALL SELECT configuration_digest, 'configuration', run FROM build
          UNION ALL SELECT build_layer.digest, 'layer', build.run
                    FROM build_layer JOIN build ON build.id = build_layer.build
          UNION ALL SELECT manifest_digest, 'manifest', run FROM push)
        WHERE digest IS NOT NULL
          AND run NOT IN (SELECT run FROM audit_event WHERE kind = 'run.pruned' AND run IS NOT NULL)
        GROUP BY digest ORDER BY digest
        """
      ) { (digest: try $0.digest("digest"), what: try $0.text("what")) }
    }
  }

  private func contents(of blobs: BlobStore, _ named: [(digest: Digest, what: String)]) -> LedgerExamination.Answer {
    let packs = BlobPacks(of: blobs)
    var missing = [String]()
    var wrong = [String]()
    do { try packs.refresh() } catch { wrong.append((error as? OCIError)?.message ?? "\(error)") }
    // The snapshot of an empty workspace has no bytes, and is not stored.
    let nothing = Digest(of: [UInt8]())
    for blob in named where blob.digest != nothing {
      do {
        if blobs.contains(blob.digest) {
          try blobs.verify(blob.digest)
        } else if let found = packs.find(RawDigest(blob.digest)) {
          try Self.verify(blob.digest, in: found.pack, at: found.place)
        } else {
          missing.append("\(blob.digest), the \(blob.what)")
        }
      } catch {
        wrong.append("\((error as? OCIError)?.message ?? "\(error)"): it is the \(blob.what)")
      }
    }
    let details = Array((wrong + missing).prefix(Self.listed))
    if !wrong.isEmpty {
      return LedgerExamination.Answer(
        judgement: .wrong, sentence: "\(wrong.count) blobs are damaged, \(missing.count) are missing.", details: details
      )
    }
    if !missing.isEmpty {
      return LedgerExamination.Answer(
        judgement: .missing,
        sentence:
          "\(missing.count) of the \(named.count) blobs that rows name are not in the store; what needs them can't be replayed.",
        details: details)
    }
    return LedgerExamination.Answer(
      judgement: .good, sentence: "All \(named.count) blobs that rows name are in the store and undamaged.", details: []
    )
  }
}
