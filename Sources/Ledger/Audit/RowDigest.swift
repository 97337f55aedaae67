import Model

private import struct Crypto.SHA256

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

  /// SQL that finds a row by its key, so that an index can be used.
  fileprivate var keyCondition: String {
    switch self {
    case .run: "id = ?2"
    case .build, .scan, .push: "id = CAST(?2 AS INTEGER)"
    case .node: "path = ?2"
    // The number is what follows the last “#”; a path has none.
    case .attempt:
      "path = substr(?2, 1, instr(?2, '#') - 1) AND number = CAST(substr(?2, instr(?2, '#') + 1) AS INTEGER)"
    }
  }

  fileprivate var runColumn: String { self == .run ? "id" : "run" }

  /// Tables whose rows belong to a row of this one, in the order in which they are hashed.
  var children: [(table: String, parent: String)] {
    switch self {
    case .run, .node, .attempt, .push: []
    case .build: [("build_layer", "build"), ("build_reference", "build"), ("build_base", "build")]
    case .scan: [("scan_package", "scan"), ("finding", "scan")]
    }
  }

  /// This table and those that belong to it.
  static let allTables = allCases.flatMap { [$0.rawValue] + $0.children.map(\.table) }
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
struct RowDigest {
  let table: RecordedTable
  let key: String
  let hash: HashValue

  /// As it stands in the payload of `ledger.recorded`.
  var value: Value {
    ["table": .string(table.rawValue), "key": .string(key), "digest": .string(hash.digest.description)]
  }
}

/// Computes the digests of rows over one connection.
struct RowDigester {
  /// The columns of a table by name, and where a statement has them.
  private struct Layout {
    /// Each name as it is hashed.
    let columns: [(index: Int, name: CanonicalBytes)]
    let table: CanonicalBytes
  }

  private let prepare: (String) throws -> RawStatement
  private var layouts: [String: Layout] = [:]
  private var fields = CanonicalBytes()
  private var bytes = CanonicalBytes()
  /// How many rows of each table have been hashed.
  private(set) var counts: [String: Int] = [:]

  /// - Parameter prepare: gives a statement that is ready to be bound; the same one for the same SQL.
  init(prepare: @escaping (String) throws -> RawStatement) {
    self.prepare = prepare
  }

  /// - Parameters:
  ///   - key: nil means all rows that the run has in the table.
  ///   - report: told each row's digest, in no particular order.
  mutating func compute(
    _ table: RecordedTable, of run: String, key: String? = nil, _ report: (RowDigest) throws -> Void
  ) throws {
    let condition = key == nil ? "" : " AND \(table.keyCondition)"
    let statement = try prepare(
      "SELECT \(table.key) AS \"\", id AS \"\", * FROM \(table.rawValue) WHERE \(table.runColumn) = ?1\(condition)")
    if let key { try statement.bind(run, key) } else { try statement.bind(run) }
    let layout = layout(of: table.rawValue, statement, skipping: 2)
    var count = 0
    while try statement.step() {
      count += 1
      var hash = SHA256()
      bytes.removeAll()
      bytes.append("slipway.ledger.row.1")
      append(layout, statement)
      bytes.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
      for child in table.children {
        let rows = try prepare("SELECT * FROM \(child.table) WHERE \(child.parent) = ? ORDER BY position")
        try rows.bind(statement.integer(1))
        let childLayout = self.layout(of: child.table, rows, skipping: 0)
        var childCount = 0
        while try rows.step() {
          childCount += 1
          bytes.removeAll()
          append(childLayout, rows)
          bytes.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        counts[child.table, default: 0] += childCount
      }
      try report(RowDigest(table: table, key: statement.text(0), hash: HashValue(hash)))
    }
    counts[table.rawValue, default: 0] += count
  }

  private mutating func append(_ layout: Layout, _ statement: RawStatement) {
    fields.removeAll()
    for (index, name) in layout.columns where !statement.isNull(index) {
      fields.append(encoded: name)
      fields.append(statement, column: index)
    }
    bytes.append(encoded: layout.table)
    bytes.append(fields)
  }

  private mutating func layout(of table: String, _ statement: RawStatement, skipping skipped: Int) -> Layout {
    if let known = layouts[table] { return known }
    let columns = (skipped..<statement.columnCount).map { (index: $0, name: statement.name(of: $0)) }
      .sorted { $0.name < $1.name }
    let layout = Layout(
      columns: columns.map { ($0.index, CanonicalBytes($0.name)) }, table: CanonicalBytes(table))
    layouts[table] = layout
    return layout
  }
}
