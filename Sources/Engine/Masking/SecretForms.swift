/// The spellings in which a secret may turn up in a log.
///
/// A secret that a tool prints base64-encoded, URL-encoded, JSON-escaped or in hexadecimal is as lost as a plain one.
enum SecretForms {
  /// Shorter secrets are only looked for as they are: their encodings would match ordinary text everywhere.
  private static let shortestEncoded = 4

  static func all(of secret: String) -> Set<[UInt8]> {
    let bytes = Array(secret.utf8)
    var forms: Set<[UInt8]> = []
    add(bytes, to: &forms)
    // A log shows a secret of several lines line by line, often indented; one that was read from a file ends with a line break that
    // nobody prints.
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    for line in lines {
      let trimmed = Array(line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
      if trimmed.count >= shortestEncoded || lines.count == 1 { add(trimmed, to: &forms) }
    }
    return forms.filter { !$0.isEmpty }
  }

  private static func add(_ bytes: [UInt8], to forms: inout Set<[UInt8]>) {
    forms.insert(bytes)
    guard bytes.count >= shortestEncoded else { return }
    forms.formUnion(base64(bytes))
    for digits in [lowerDigits, upperDigits] {
      forms.insert(percentEncoded(bytes, digits: digits) { $0 == UInt8(ascii: "/") })
      forms.insert(percentEncoded(bytes, digits: digits) { _ in false })
      forms.insert(percentEncoded(bytes, digits: digits, isForm: true) { _ in false })
    }
    forms.insert(jsonEscaped(bytes) { _ in false })
    forms.insert(jsonEscaped(bytes) { $0 == UInt8(ascii: "/") })
    // As Go's encoder does.
    forms.insert(jsonEscaped(bytes) { [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&")].contains($0) })
    forms.insert(hexadecimal(bytes, digits: lowerDigits))
    forms.insert(hexadecimal(bytes, digits: upperDigits))
  }

  /// Base64 in both alphabets, at each of the three places where the secret may start within a longer text: only the
  /// characters that the secret alone decides are kept.
  private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
    var forms = [[UInt8]]()
    for alphabet in [Self.standardAlphabet, Self.urlAlphabet] {
      for shift in 0..<3 {
        let padded = [UInt8](repeating: 0, count: shift) + bytes
        var encoded = [UInt8]()
        var bits: UInt32 = 0
        var count = 0
        for byte in padded {
          bits = bits << 8 | UInt32(byte)
          count += 8
          while count >= 6 {
            count -= 6
            encoded.append(alphabet[Int(bits >> UInt32(count)) & 63])
          }
        }
        // The characters that also hold bits of the unknown neighbour before are cut off; what is left over behind is never written.
        let first = shift == 0 ? 0 : shift + 1
        let known = Array(encoded.dropFirst(first))
        if known.count >= shortestEncoded { forms.append(known) }
        // `base64` breaks its lines after 76 characters.
        if shift == 0, encoded.count > 76 {
          for start in stride(from: 0, to: encoded.count, by: 76) {
            let line = Array(encoded[start..<min(start + 76, encoded.count)])
            if line.count >= 2 * shortestEncoded { forms.append(line) }
          }
        }
      }
    }
    return forms
  }

  private static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let lowerDigits = Array("0123456789abcdef".utf8)
  private static let upperDigits = Array("0123456789ABCDEF".utf8)

  /// - Parameter isForm: whether a space becomes `+`, as in forms and queries.
  private static func percentEncoded(
    _ bytes: [UInt8], digits: [UInt8], isForm: Bool = false, keeping isKept: (UInt8) -> Bool
  ) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        return [byte]
      case UInt8(ascii: " ") where isForm: return [UInt8(ascii: "+")]
      case _ where isKept(byte): return [byte]
      default: return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }

  /// - Parameter isEscaped: which characters are escaped although they need not be.
  private static func jsonEscaped(_ bytes: [UInt8], escaping isEscaped: (UInt8) -> Bool) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""): return Array("\\\"".utf8)
      case UInt8(ascii: "\\"): return Array("\\\\".utf8)
      case UInt8(ascii: "\n"): return Array("\\n".utf8)
      case UInt8(ascii: "\r"): return Array("\\r".utf8)
      case UInt8(ascii: "\t"): return Array("\\t".utf8)
      case 0x08: return Array("\\b".utf8)
      case 0x0C: return Array("\\f".utf8)
      case UInt8(ascii: "/") where isEscaped(byte): return Array("\\/".utf8)
      case _ where byte < 0x20 || isEscaped(byte):
        return Array("\\u00".utf8) + [lowerDigits[Int(byte >> 4)], lowerDigits[Int(byte & 15)]]
      default: return [byte]
      }
    }
  }

  private static func hexadecimal(_ bytes: [UInt8], digits: [UInt8]) -> [UInt8] {
    bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}
