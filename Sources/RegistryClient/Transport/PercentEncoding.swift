extension String {
  /// Encodes what may not stand in the value of a query or of a form; see RFC 3986, section 2.3.
  var percentEncoded: String {
    var text = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }

  /// Without the query, which may hold a signature or a token.
  var withoutQuery: String { String(prefix { $0 != "?" }) }

  /// Adds to the query, whether there is one yet or not.
  func addingQuery(_ parameters: [(name: String, value: String)]) -> String {
    guard !parameters.isEmpty else { return self }
    let added = parameters.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    guard let mark = firstIndex(of: "?") else { return self + "?" + added }
    return index(after: mark) == endIndex ? self + added : self + "&" + added
  }
}
