/// One element of an XML document, with its attributes, the text directly in it and the elements below it.
struct XMLElement: Hashable, Sendable {
  let name: String
  var attributes: [String: String] = [:]
  var text = ""
  var children: [XMLElement] = []
}

/// Why a text is no XML that can be read.
struct XMLMistake: Error, Hashable {
  let message: String
  let line: Int
}

/// Reads the XML that test tools write: elements, attributes, text, CDATA, the five entities and character references.
///
/// Document types are passed over, and no entity of theirs is known: so nothing can be fetched or blown up by them.
struct XMLReader {
  /// Deeper documents are none that a test tool writes.
  private static let deepest = 64

  private var rest: Substring.UTF8View
  private let whole: String

  static func read(_ text: String) throws(XMLMistake) -> XMLElement {
    var reader = XMLReader(text)
    return try reader.document()
  }

  private init(_ text: String) {
    whole = text
    rest = text[...].utf8
    // A byte order mark.
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
  }

  private mutating func document() throws(XMLMistake) -> XMLElement {
    while true {
      skipSpace()
      if try skipMarkup() { continue }
      guard take("<") else { throw mistake("there is no element") }
      return try element(depth: 1)
    }
  }

  /// After its `<`.
  private mutating func element(depth: Int) throws(XMLMistake) -> XMLElement {
    guard depth <= Self.deepest else { throw mistake("elements are nested more than \(Self.deepest) deep") }
    var element = XMLElement(name: try name())
    while true {
      skipSpace()
      if take("/>") { return element }
      if take(">") { break }
      let key = try name()
      skipSpace()
      guard take("=") else { throw mistake("the attribute '\(key)' has no value") }
      skipSpace()
      guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
        throw mistake("the value of '\(key)' is not quoted")
      }
      rest = rest.dropFirst()
      element.attributes[key] = try resolved(try until([quote]))
    }
    while true {
      if rest.isEmpty { throw mistake("<\(element.name)> does not end") }
      if take("</") {
        let end = try name()
        skipSpace()
        guard end == element.name, take(">") else { throw mistake("</\(end)> ends <\(element.name)>") }
        return element
      }
      if take("<![CDATA[") {
        element.text += String(try until(Array("]]>".utf8)))
        continue
      }
      if try skipMarkup() { continue }
      if take("<") {
        element.children.append(try self.element(depth: depth + 1))
        continue
      }
      let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
      element.text += try resolved(Substring(rest[..<end]))
      rest = rest[end...]
    }
  }

  /// A comment, an instruction or a document type.
  private mutating func skipMarkup() throws(XMLMistake) -> Bool {
    if take("<!--") {
      _ = try until(Array("-->".utf8))
    } else if take("<?") {
      _ = try until(Array("?>".utf8))
    } else if take("<!DOCTYPE") {
      var depth = 0
      while let byte = rest.first {
        rest = rest.dropFirst()
        if byte == UInt8(ascii: "[") { depth += 1 }
        if byte == UInt8(ascii: "]") { depth -= 1 }
        if byte == UInt8(ascii: ">"), depth <= 0 { return true }
      }
      throw mistake("the document type does not end")
    } else {
      return false
    }
    return true
  }

  private mutating func name() throws(XMLMistake) -> String {
    let end =
      rest.firstIndex { byte in
        byte <= 0x20 || [UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "<")].contains(byte)
      } ?? rest.endIndex
    guard end > rest.startIndex else { throw mistake("a name is missing") }
    defer { rest = rest[end...] }
    return String(Substring(rest[..<end]))
  }

  private mutating func until(_ end: [UInt8]) throws(XMLMistake) -> Substring {
    var index = rest.startIndex
    while let found = rest[index...].firstIndex(of: end[0]) {
      if rest[found...].starts(with: end) {
        defer { rest = rest[found...].dropFirst(end.count) }
        return Substring(rest[..<found])
      }
      index = rest.index(after: found)
    }
    throw mistake("'\(String(decoding: end, as: UTF8.self))' is missing")
  }

  private func resolved(_ text: Substring) throws(XMLMistake) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return String(text) }
    var result = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ";") else { throw mistake("'&' stands alone") }
      let name = rest[..<end]
      rest = rest[rest.index(after: end)...]
      switch name {
      case "lt": result += "<"
      case "gt": result += ">"
      case "amp": result += "&"
      case "quot": result += "\""
      case "apos": result += "'"
      default:
        let isHexadecimal = name.hasPrefix("#x")
        guard name.hasPrefix("#"),
          let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
          let scalar = Unicode.Scalar(number)
        else { throw mistake("nothing is known of the entity '&\(name);'") }
        result.unicodeScalars.append(scalar)
      }
    }
    return result + rest
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard rest.starts(with: bytes) else { return false }
    rest = rest.dropFirst(bytes.count)
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 <= 0x20 }
  }

  private func mistake(_ message: String) -> XMLMistake {
    let line = whole.utf8[..<rest.startIndex].count(where: { $0 == UInt8(ascii: "\n") }) + 1
    return XMLMistake(message: message, line: line)
  }
}
