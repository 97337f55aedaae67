import Model

/// Reads the payload of a `ledger.recorded` event: see ``RowDigest``.
enum RecordedRows {
  /// Tells each row that the payload lists. What Slipway never wrote tells nothing: the event's own hash gives it away, and
  /// its rows count as unrecorded.
  static func read(_ payload: UnsafeRawBufferPointer, _ report: (RowDigest) -> Void) {
    if !readCanonical(payload, report) { readAny(payload, report) }
  }

  private static let opening = Array(#"{"rows":["#.utf8)
  private static let digest = Array(#"{"digest":""#.utf8)
  private static let key = Array(#"","key":""#.utf8)
  private static let table = Array(#"","table":""#.utf8)
  private static let closing = Array(#""}"#.utf8)

  /// As it is nearly always written, without a look at what JSON allows besides.
  /// - Returns: false for everything else; nothing has been reported then.
  private static func readCanonical(_ payload: UnsafeRawBufferPointer, _ report: (RowDigest) -> Void) -> Bool {
    var rows = [RowDigest]()
    var position = 0
    func take(_ bytes: [UInt8]) -> Bool {
      guard payload.count - position >= bytes.count else { return false }
      for index in bytes.indices where payload[position + index] != bytes[index] { return false }
      position += bytes.count
      return true
    }
    func takeText() -> UnsafeRawBufferPointer? {
      var end = position
      while end < payload.count, payload[end] != UInt8(ascii: "\"") {
        if payload[end] == UInt8(ascii: "\\") { return nil }
        end += 1
      }
      defer { position = end }
      return UnsafeRawBufferPointer(rebasing: payload[position..<end])
    }
    guard take(opening) else { return false }
    repeat {
      guard take(digest), let hash = takeText().flatMap(HashValue.init(text:)), take(key), let name = takeText(),
        take(table), let word = takeText(), take(closing),
        let table = RecordedTable(rawValue: String(decoding: word, as: UTF8.self))
      else { return false }
      rows.append(RowDigest(table: table, key: String(decoding: name, as: UTF8.self), hash: hash))
    } while take([UInt8(ascii: ",")])
    guard take(Array("]}".utf8)), position == payload.count else { return false }
    for row in rows { report(row) }
    return true
  }

  private static func readAny(_ payload: UnsafeRawBufferPointer, _ report: (RowDigest) -> Void) {
    // Told by the event's own hash.
    guard let value = try? Value(json: String(decoding: payload, as: UTF8.self)) else { return }
    for row in value["rows"]?.list ?? [] {
      guard let table = row["table"]?.string.flatMap(RecordedTable.init), let key = row["key"]?.string,
        var text = row["digest"]?.string,
        let hash = text.withUTF8({ HashValue(text: UnsafeRawBufferPointer($0)) })
      else { continue }
      report(RowDigest(table: table, key: key, hash: hash))
    }
  }
}
