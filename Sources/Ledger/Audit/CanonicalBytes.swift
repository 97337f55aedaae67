/// Bytes to be hashed: a sequence of netstrings (`LENGTH:BYTES,`, see https://cr.yp.to/proto/netstrings.txt).
///
/// Every field says how long it is, so that no two sequences of fields give the same bytes, whatever the fields hold.
struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  init() {}

  /// One field.
  init(_ text: String) { append(text) }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ number: Int64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = number.magnitude
      var start = digits.count
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
    }
  }

  /// Takes over fields as they are.
  mutating func append(encoded fields: CanonicalBytes) { bytes += fields.bytes }

  /// Takes a sequence of fields as one field.
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
