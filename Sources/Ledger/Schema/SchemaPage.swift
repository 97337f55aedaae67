import GRDB
import GRDBSQLite
import Model
package import SystemPackage

/// The documentation of the schema, written from what the migrations make.
package enum SchemaPage {
  /// What one row is.
  private static let tables: KeyValuePairs = [
    "run": "A run of a pipeline: where it came from, how it ended.",
    "node": "A stage, a group or a step of a run, as it stands now.",
    "attempt": "One try at a step. Once it has ended, a trigger refuses every change.",
    "build": "An image that a step built.",
    "build_layer": "A layer of a built image, the lowest first.",
    "build_reference": "A name that a built image is meant to go by.",
    "build_base": "An image that a build took its beginning or files from, with the digest that it had then.",
    "scan": "A scan of an image archive: by what, with what result.",
    "scan_package": "A package that a scan saw.",
    "finding": "A vulnerability that a scan found in a package.",
    "push": "An image pushed under one name, and what the registry served under it afterwards.",
    "audit_event": "One link of the chain: append-only, each hash covers the event and the hash before it.",
    "audit_mention": "An index: which events name a digest. A trigger keeps it.",
  ]

  private static let views: KeyValuePairs = [
    "v_runs": "Runs, the newest first.", "v_steps": "Attempts at steps, with the step's own status.",
    "v_images": "Built images with their names and bases.",
    "v_findings": "Findings with the image and the run that they belong to.",
    "v_pushes": "Pushes, and whether a scan of the very bytes came before.",
  ]

  /// The article's Markdown.
  /// - Parameter directory: for a ledger that is made to be looked at.
  package static func markdown(workingIn directory: FilePath) throws(LedgerError) -> String {
    let path = directory.appending("schema.sqlite")
    do {
      try LedgerDatabase(at: path).close()
      let connection = try RawConnection(readingFrom: path, patience: 1)
      return try markdown(connection)
    } catch {
      throw LedgerError(error, at: path)
    }
  }

  private static func markdown(_ connection: RawConnection) throws -> String {
    var text = """
      # The ledger's schema

      Tables, views and indices of `state/slipway.sqlite`. Written from the migrations; version \(Migration.all.count).

      ## Overview

      The views have stable names and columns, in words and times that people read: they are what to query. The tables may
      gain columns; none is renamed or dropped. Times in tables are milliseconds since 1970; columns with JSON hold it in
      canonical form (RFC 8785). `slipway audit sql 'SELECT …'` asks without being able to change anything, and so does
      `sqlite3 -readonly`.


      """
    text += "### Views\n"
    for (view, sentence) in views {
      text += "\n#### \(view)\n\n\(sentence)\n\n"
      text +=
        try rows(connection, "SELECT name FROM pragma_table_info('\(view)') ORDER BY cid").map { "`\($0[0])`" }
        .joined(separator: ", ") + "\n"
    }
    text += "\n### Tables\n"
    for (table, sentence) in tables {
      text += "\n#### \(table)\n\n\(sentence)\n\n| column | type | |\n| --- | --- | --- |\n"
      text += try columns(of: table, connection)
      let indices = try rows(
        connection,
        """
        SELECT name, (SELECT group_concat(name, ', ') FROM pragma_index_info(list.name))
        FROM pragma_index_list('\(table)') AS list WHERE origin = 'c' ORDER BY name
        """)
      if !indices.isEmpty {
        text += "\nIndices: " + indices.map { "`\($0[0])` (\($0[1]))" }.joined(separator: ", ") + "\n"
      }
    }
    return text
  }

  private static func columns(of table: String, _ connection: RawConnection) throws -> String {
    let references = try rows(
      connection, "SELECT \"from\", \"table\", coalesce(\"to\", '') FROM pragma_foreign_key_list('\(table)')")
    let columns = try rows(
      connection, "SELECT name, type, \"notnull\", pk FROM pragma_table_info('\(table)') ORDER BY cid")
    return columns.map { column in
      var notes = [String]()
      if column[3] != "0" { notes.append("key") }
      if column[2] == "0", column[3] == "0" { notes.append("may be NULL") }
      for reference in references where reference[0] == column[0] {
        notes.append("of `\(reference[1])`.`\(reference[2])`")
      }
      return "| `\(column[0])` | \(column[1]) | \(notes.joined(separator: ", ")) |\n"
    }.joined()
  }

  private static func rows(_ connection: RawConnection, _ sql: String) throws -> [[String]] {
    let statement = try connection.statement(sql)
    var rows = [[String]]()
    while try statement.step() { rows.append((0..<statement.columnCount).map(statement.text)) }
    return rows
  }

  /// The tables and views that the page has a sentence for.
  static var described: Set<String> { Set(tables.map(\.key) + views.map(\.key)) }
}
