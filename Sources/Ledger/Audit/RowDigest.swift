import FoundationEssentials
import GRDB
import Model
import OCI

/// A table whose rows the audit chain covers.
enum RecordedTable: String, CaseIterable, Sendable {
  case run, node, attempt, build, scan, push

  /// SQL for what a row is called within its run. Stable: it is in the chain.
  fileprivate var key: String {
    switch self {
    case .run, .build, .scan, .push: "CAST(id AS TEXT)"
    case .node: "path"
    case .attempt: "path || '#' || number"
    }
  }

  fileprivate var runColumn: String { self == .run ? "id" : "run" }

  /// Tables whose rows belong to a row of this one, in the order in which they are hashed.
  fileprivate var children: [(table: String, parent: String)] {
    switch self {
    case .run, .node, .attempt, .push: []
    case .build: [("build_layer", "build"), ("build_reference", "build"), ("build_base", "build")]
    case .scan: [("scan_package", "scan"), ("finding", "scan")]
    }
  }
}

/// The digest of a row of the ledger with everything that belongs to it.
///
/// The chain covers events; what the commands show comes from rows. So that no row can be changed unseen either, every entry
/// that stores rows ends with an event `ledger.recorded` of the ledger's own, whose payload lists each row's table, key and
/// digest: `{"rows":[{"digest":"sha256:…","key":"1","table":"push"}]}`. A row that is stored again is listed again, and
/// the last digest counts. An event of its own leaves the payloads of the others to those who made them, and costs each
/// entry one more row of some hundred bytes.
///
/// The digest is the SHA-256 of netstrings: `slipway.ledger.row.1`, the table, the row; then for each row that belongs to
/// it, in order of position, its table and the row. A row is a netstring of netstrings: the name and the value of each column
/// that is not NULL, by name, as SQLite shows it as text. Columns that are NULL are left out, so that a later schema can
/// add one without touching the digests that are in the chain. It is computed from what SQLite gives back, when it is
/// recorded as when it is verified: what was asked to be stored doesn't matter, only what is there.
struct RowDigest: Hashable, Sendable {
  let table: RecordedTable
  let key: String
  let digest: Digest

  /// - Parameter key: nil means all rows that the run has in the table.
  static func compute(_ table: RecordedTable, of run: ULID, key: String? = nil, in database: Database) throws
    -> [RowDigest]
  {
    var sql = "SELECT \(table.key) AS \"\", * FROM \(table.rawValue) WHERE \(table.runColumn) = ?"
    var arguments: StatementArguments = [run.description]
    if let key {
      sql += " AND \(table.key) = ?"
      arguments += [key]
    }
    let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
    var digests = [RowDigest]()
    while let row = try cursor.next() {
      var hasher = SHA256Hasher()
      var bytes = CanonicalBytes()
      bytes.append("slipway.ledger.row.1")
      try bytes.append(table: table.rawValue, row: row, skipping: 1)
      hasher.update(bytes.bytes)
      for child in table.children {
        let rows = try Row.fetchCursor(
          database.cachedStatement(sql: "SELECT * FROM \(child.table) WHERE \(child.parent) = ? ORDER BY position"),
          arguments: [row.decode(Int64.self, forColumn: "id")])
        while let row = try rows.next() {
          bytes.removeAll()
          try bytes.append(table: child.table, row: row, skipping: 0)
          hasher.update(bytes.bytes)
        }
      }
      digests.append(
        RowDigest(table: table, key: try row.decode(String.self, atIndex: 0), digest: hasher.finalize()))
    }
    return digests
  }

  /// As it stands in the payload of `ledger.recorded`.
  var value: Value {
    ["table": .string(table.rawValue), "key": .string(key), "digest": .string(digest.description)]
  }

  /// Nil when the value is nothing that Slipway wrote.
  init?(_ value: Value) {
    guard let table = value["table"]?.string.flatMap(RecordedTable.init), let key = value["key"]?.string else {
      return nil
    }
    guard let text = value["digest"]?.string, let digest = try? Digest(text) else {
      // Told by the initializer's own nil.
      return nil
    }
    self.init(table: table, key: key, digest: digest)
  }

  private init(table: RecordedTable, key: String, digest: Digest) {
    self.table = table
    self.key = key
    self.digest = digest
  }
}

extension CanonicalBytes {
  fileprivate mutating func append(table: String, row: Row, skipping skipped: Int) throws {
    var fields = CanonicalBytes()
    let columns = row.columnNames.enumerated().dropFirst(skipped).sorted { $0.element < $1.element }
    for (index, name) in columns {
      // The bytes as they are stored: reading a String would stop at a NUL and hide what follows.
      try row.withUnsafeData(atIndex: index) { data in
        guard let data else { return }
        fields.append(name)
        data.withUnsafeBytes { fields.append($0) }
      }
    }
    append(table)
    append(fields)
  }
}
