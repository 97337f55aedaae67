/// Writes the pieces of an advisory pack: numbers as LEB128, strings and lists with their length in front.
struct PackWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: Int) {
    precondition(number >= 0, "a pack holds no negative numbers")
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes += text.utf8
  }

  mutating func append(raw: some Sequence<UInt8>) {
    bytes += raw
  }

  mutating func append<Element>(_ elements: [Element], by write: (inout PackWriter, Element) -> Void) {
    append(elements.count)
    for element in elements { write(&self, element) }
  }

  mutating func append(_ texts: [String]) {
    append(texts) { $0.append($1) }
  }

  mutating func append(_ advisory: Advisory) {
    append(advisory.id)
    append(advisory.aliases)
    append(advisory.upstream)
    append(advisory.severities)
    append(advisory.word)
    append(advisory.releases)
    append(advisory.ranges) { writer, events in
      writer.append(events) { writer, event in
        writer.append(Int(event.kind.rawValue))
        writer.append(event.version)
      }
    }
    append(advisory.versions)
  }
}

/// Reads what ``PackWriter`` wrote. Every read checks that the bytes are there.
struct PackReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }

  mutating func number() throws(AdvisoryPackError) -> Int {
    var result = 0
    var shift = 0
    while position < bytes.endIndex, shift < 56 {
      let byte = bytes[position]
      position += 1
      result |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
    throw AdvisoryPackError("a number is cut off")
  }

  mutating func raw(_ count: Int) throws(AdvisoryPackError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - position else { throw AdvisoryPackError("a field is cut off") }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func text() throws(AdvisoryPackError) -> String {
    String(decoding: try raw(try number()), as: UTF8.self)
  }

  mutating func list<Element>(
    of read: (inout PackReader) throws(AdvisoryPackError) -> Element
  ) throws(AdvisoryPackError) -> [Element] {
    let count = try number()
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try read(&self)) }
    return elements
  }

  mutating func texts() throws(AdvisoryPackError) -> [String] {
    try list { (reader: inout PackReader) throws(AdvisoryPackError) in try reader.text() }
  }

  mutating func advisory() throws(AdvisoryPackError) -> Advisory {
    Advisory(
      id: try text(), aliases: try texts(), upstream: try texts(), severities: try texts(), word: try text(),
      releases: try texts(),
      ranges: try list { (reader: inout PackReader) throws(AdvisoryPackError) in
        try reader.list { (reader: inout PackReader) throws(AdvisoryPackError) in
          guard let kind = UInt8(exactly: try reader.number()).flatMap(Advisory.Event.Kind.init(rawValue:)) else {
            throw AdvisoryPackError("an event is of no known kind")
          }
          return Advisory.Event(kind: kind, version: try reader.text())
        }
      },
      versions: try texts())
  }
}

/// A pack of advisories is damaged, or of a format that this version doesn't read.
struct AdvisoryPackError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
