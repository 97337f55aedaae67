/// Reads XML 1.0, strictly and without document types: those can make a reader open files and grow without end.
struct XMLReader {
  private let bytes: [UInt8]
  private var index = 0
  private var document = XMLDocument()

  /// - Throws: `invalidXML` with the place; the text itself is not quoted, since it may be a secret.
  static func read(_ text: String) throws(ExpressionError) -> XMLDocument {
    var reader = XMLReader(bytes: Array(text.utf8))
    try reader.read()
    return reader.document
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func invalid(_ reason: String) -> ExpressionError {
    ExpressionError(.invalidXML, "the text is not XML: \(reason) at byte \(index)")
  }

  // MARK: Structure

  private mutating func read() throws(ExpressionError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    // The open elements: their node and name.
    var open = [(node: Int, name: String)]()
    var hasRoot = false
    var text = [UInt8]()
    while index < bytes.count {
      let parent = open.last?.node ?? XMLDocument.root
      guard bytes[index] == UInt8(ascii: "<") else {
        if open.isEmpty {
          guard Self.isSpace(bytes[index]) else { throw invalid("a text stands outside of the root element") }
          index += 1
        } else {
          try character(into: &text)
        }
        continue
      }
      if take("<![CDATA[") {
        guard !open.isEmpty else { throw invalid("a text stands outside of the root element") }
        text += try upTo("]]>", "a CDATA section")
        continue
      }
      flush(&text, to: parent)
      if take("<!--") {
        let comment = try upTo("-->", "a comment")
        _ = document.add(.comment, text: String(decoding: comment, as: UTF8.self), to: parent)
      } else if take("<?") {
        let name = try self.name()
        let content = try upTo("?>", "an instruction")
        if name.lowercased() != "xml" {
          _ = document.add(.instruction, name: name, text: String(decoding: content, as: UTF8.self), to: parent)
        }
      } else if take("<!") {
        throw invalid("document types are not read")
      } else if take("</") {
        let name = try self.name()
        skipSpace()
        guard take(">") else { throw invalid("an end tag is not closed with '>'") }
        guard let last = open.popLast(), last.name == name else { throw invalid("an end tag fits no start tag") }
      } else {
        index += 1
        guard !open.isEmpty || !hasRoot else { throw invalid("there is a second root element") }
        hasRoot = true
        let name = try self.name()
        let element = document.add(.element, name: name, to: parent)
        if try attributes(of: element) { open.append((element, name)) }
      }
      guard document.nodes.count <= Limits.xmlNodes else {
        throw ExpressionError(.tooLarge, "the XML has more than \(Limits.xmlNodes) nodes")
      }
    }
    guard open.isEmpty else { throw invalid("an element is not closed") }
    guard hasRoot else { throw invalid("there is no element") }
  }

  private mutating func flush(_ text: inout [UInt8], to parent: Int) {
    guard !text.isEmpty else { return }
    _ = document.add(.text, text: String(decoding: text, as: UTF8.self), to: parent)
    text = []
  }

  /// - Returns: whether the element is open now, as opposed to `<name/>`.
  private mutating func attributes(of element: Int) throws(ExpressionError) -> Bool {
    var names = Set<String>()
    while true {
      let before = index
      skipSpace()
      if take("/>") { return false }
      if take(">") { return true }
      guard index > before else { throw invalid("a tag is not closed with '>'") }
      let name = try self.name()
      skipSpace()
      guard take("=") else { throw invalid("an attribute has no value") }
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
        throw invalid("an attribute's value is not in quotes")
      }
      let quote = bytes[index]
      index += 1
      var value = [UInt8]()
      while index < bytes.count, bytes[index] != quote {
        guard bytes[index] != UInt8(ascii: "<") else { throw invalid("'<' stands in an attribute's value") }
        if Self.isSpace(bytes[index]) {
          value.append(0x20)
          index += 1
        } else {
          try character(into: &value)
        }
      }
      guard index < bytes.count else { throw invalid("an attribute's value is not closed") }
      index += 1
      guard names.insert(name).inserted else { throw invalid("an attribute occurs twice") }
      _ = document.add(.attribute, name: name, text: String(decoding: value, as: UTF8.self), to: element)
    }
  }

  // MARK: Characters

  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count else { return false }
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: count)
    guard bytes[index..<index + count].elementsEqual(wanted) else { return false }
    index += count
    return true
  }

  private mutating func skipSpace() { while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 } }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private mutating func upTo(_ end: StaticString, _ what: String) throws(ExpressionError) -> [UInt8] {
    let start = index
    while index < bytes.count {
      let before = index
      if take(end) { return Array(bytes[start..<before]) }
      index += 1
    }
    throw invalid("\(what) is not closed")
  }

  private mutating func name() throws(ExpressionError) -> String {
    let start = index
    while index < bytes.count, Self.isNameByte(bytes[index]) { index += 1 }
    guard index > start, !(0x30...0x39).contains(bytes[start]), bytes[start] != UInt8(ascii: "-"),
      bytes[start] != UInt8(ascii: ".")
    else { throw invalid("a name is missing") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80..., UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// One character, or what an entity stands for.
  private mutating func character(into text: inout [UInt8]) throws(ExpressionError) {
    let byte = bytes[index]
    guard byte == UInt8(ascii: "&") else {
      guard byte >= 0x20 || Self.isSpace(byte) else { throw invalid("a control character") }
      text.append(byte)
      index += 1
      return
    }
    guard let end = bytes[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      throw invalid("'&' names nothing")
    }
    let entity = String(decoding: bytes[index + 1..<end], as: UTF8.self)
    switch entity {
    case "lt": text.append(UInt8(ascii: "<"))
    case "gt": text.append(UInt8(ascii: ">"))
    case "amp": text.append(UInt8(ascii: "&"))
    case "quot": text.append(UInt8(ascii: "\""))
    case "apos": text.append(UInt8(ascii: "'"))
    default:
      let isHexadecimal = entity.hasPrefix("#x")
      let digits = entity.dropFirst(isHexadecimal ? 2 : 1)
      guard entity.hasPrefix("#"), digits.first != "+", let value = UInt32(digits, radix: isHexadecimal ? 16 : 10),
        let scalar = Unicode.Scalar(value), value >= 0x20 || value == 9 || value == 10 || value == 13
      else { throw invalid("an entity is not known") }
      text += Array(String(Character(scalar)).utf8)
    }
    index = end + 1
  }
}
