/// Finds text in the small XML documents of AWS's query protocol; it is no parser for XML at large.
struct XMLText {
  private let document: String

  init(_ bytes: [UInt8]) {
    document = String(decoding: bytes, as: UTF8.self)
  }

  /// The text of the first element of this name; nil where there is none, or it has elements inside.
  func first(_ name: String) -> String? {
    guard let start = document.firstRange(of: "<\(name)>")?.upperBound,
      let end = document[start...].firstRange(of: "</\(name)>")?.lowerBound
    else { return nil }
    let text = document[start..<end]
    return text.contains("<") ? nil : Self.decoded(text)
  }

  private static func decoded(_ text: Substring) -> String {
    var result = ""
    var rest = text
    while let ampersand = rest.firstIndex(of: "&"), let end = rest[ampersand...].firstIndex(of: ";") {
      result += rest[..<ampersand]
      let name = rest[rest.index(after: ampersand)..<end]
      if let character = character(name) {
        result.unicodeScalars.append(character)
      } else {
        result += rest[ampersand...end]
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func character(_ entity: Substring) -> Unicode.Scalar? {
    switch entity {
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "apos": "'"
    case _ where entity.hasPrefix("#x"): UInt32(entity.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    case _ where entity.hasPrefix("#"): UInt32(entity.dropFirst()).flatMap(Unicode.Scalar.init)
    default: nil
    }
  }
}
