/// One step of the schema: what it takes from the version before to `version`.
///
/// A migration that has been released never changes, since ledgers that it made are out there.
struct Migration: Sendable {
  /// From 1, without gaps: SQLite's `user_version` afterwards.
  let version: Int
  let sql: String

  /// Every migration there is, oldest first.
  static let all: [Migration] = [.initialSchema, .digestIndex]
}
