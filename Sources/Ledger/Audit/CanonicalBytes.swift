/// Bytes to be hashed: a sequence of netstrings (`LENGTH:BYTES,`, see https://cr.yp.to/proto/netstrings.txt).
///
/// Every field says how long it is, so that no two sequences of fields give the same bytes, whatever the fields hold.
struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ number: Int64) {
    append(String(number))
  }

  mutating func append(_ field: CanonicalBytes) {
    field.bytes.withUnsafeBytes { append($0) }
  }

  mutating func append(_ field: UnsafeRawBufferPointer) {
    appendDecimal(field.count)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(contentsOf: field)
    bytes.append(UInt8(ascii: ","))
  }

  private mutating func appendDecimal(_ number: Int) {
    if number >= 10 { appendDecimal(number / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
