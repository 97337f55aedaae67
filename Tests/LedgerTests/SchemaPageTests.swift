import Model
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite struct SchemaPageTests {
  /// RECORD_SNAPSHOTS=1 writes it anew.
  @Test func `the documentation of the schema is what the migrations make`() throws {
    let directory = try TemporaryDirectory()
    let article = Repository.root.appending("Sources/slipway/Slipway.docc/LedgerSchema.md")
    let difference = try Golden.difference(of: SchemaPage.markdown(workingIn: directory.path), from: article)
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func `every table and view is described`() throws {
    let directory = try TemporaryDirectory()
    _ = try SQLiteRunStore(at: directory.ledger)
    let names = try RawDatabase(directory.ledger).execute(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")
    #expect(Set(names.compactMap { $0[0] }) == SchemaPage.described)
  }
}
