/// Text in paragraphs of `Name: value` lines, parted by empty lines; a line that starts with a blank continues the one
/// before.
///
/// dpkg's databases, apk's and Python's metadata are all written so, with differences in what a name may be.
enum FieldParagraphs {
  /// Calls `body` with the fields of each paragraph, of which only the wanted ones are kept, and those without their
  /// continuation lines. Names are compared as they are written.
  static func read(_ contents: [UInt8], wanted: Set<String>, body: ([String: String]) -> Void) {
    let names = wanted.map { (name: $0, prefix: Array(($0 + ":").utf8)) }
    var fields: [String: String] = [:]
    for line in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) {
        if !fields.isEmpty { body(fields) }
        fields = [:]
        continue
      }
      for (name, prefix) in names where line.starts(with: prefix) && fields[name] == nil {
        fields[name] = trimmed(line.dropFirst(prefix.count))
      }
    }
    if !fields.isEmpty { body(fields) }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
