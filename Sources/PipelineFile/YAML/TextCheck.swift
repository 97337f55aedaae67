import Model

/// Looks for what makes a file no text, or no file of ours, before YAML is thought of.
enum TextCheck {
  /// Nobody resolves more conflicts before looking again.
  private static let mostMarkers = 150
  private static let mostLabels = 6

  /// One walk over the bytes; what is found first ends it, except that every conflict is named.
  static func mistakes(in source: SourceText) -> [Diagnostic] {
    if let diagnostic = encoding(of: source) { return [diagnostic] }
    return source.bytes.withUnsafeBufferPointer { bytes in
      var conflicts = [Int]()
      var isLineStart = true
      var offset = source.startsWithByteOrderMark ? 3 : 0
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte >= 0x80 {
          guard let (scalar, length) = decode(bytes, at: offset) else {
            return [invalidUTF8(at: offset, in: source)]
          }
          if !isAllowed(scalar) { return [control(scalar, length: length, at: offset, in: source)] }
          offset += length
          isLineStart = false
          continue
        }
        if byte < 0x20 || byte == 0x7F, byte != 0x0A, byte != 0x0D, byte != 0x09 {
          return [control(UInt32(byte), length: 1, at: offset, in: source)]
        }
        if isLineStart, byte == 0x3C || byte == 0x3D || byte == 0x3E, isMarker(bytes, at: offset) {
          conflicts.append(offset)
          if conflicts.count == mostMarkers { break }
        }
        isLineStart = byte == 0x0A
        offset += 1
      }
      return conflictDiagnostics(conflicts, in: source)
    }
  }

  // MARK: - Encoding

  private static func encoding(of source: SourceText) -> Diagnostic? {
    let isUTF16 = source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF])
    guard isUTF16 else { return nil }
    return Diagnostic(
      .invalidUTF8, "the file is UTF-16", at: source.beginning, help: "save it as UTF-8, as Harness reads nothing else")
  }

  private static func invalidUTF8(at offset: Int, in source: SourceText) -> Diagnostic {
    let hexadecimal = String(source.bytes[offset], radix: 16, uppercase: true)
    return Diagnostic(
      .invalidUTF8, "the byte 0x\(hexadecimal) here is not UTF-8", at: source.span(from: offset, to: offset + 1),
      help: "save the file as UTF-8")
  }

  private static func control(_ scalar: UInt32, length: Int, at offset: Int, in source: SourceText) -> Diagnostic {
    let digits = String(scalar, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return Diagnostic(
      .controlCharacter,
      scalar == 0 ? "a NUL byte is not allowed in YAML" : "the character \(name) is not allowed in YAML",
      at: source.span(from: offset, to: offset + length),
      help: "remove it, or write it as an escape in a double-quoted string")
  }

  /// The scalar at `offset` and how many bytes it takes; nil when these bytes are no UTF-8 (RFC 3629: no surrogates, no overlong forms).
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> (scalar: UInt32, length: Int)? {
    let first = UInt32(bytes[offset])
    let length: Int
    let smallest: UInt32
    var scalar: UInt32
    switch first {
    case 0xC2...0xDF: (length, smallest, scalar) = (2, 0x80, first & 0x1F)
    case 0xE0...0xEF: (length, smallest, scalar) = (3, 0x800, first & 0x0F)
    case 0xF0...0xF4: (length, smallest, scalar) = (4, 0x10000, first & 0x07)
    default: return nil
    }
    guard offset + length <= bytes.count else { return nil }
    for next in bytes[(offset + 1)..<(offset + length)] {
      guard next & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    guard scalar >= smallest, Unicode.Scalar(scalar) != nil else { return nil }
    return (scalar, length)
  }

  /// YAML 1.1's printable characters above ASCII.
  private static func isAllowed(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  // MARK: - Conflicts

  /// Seven of one of `<`, `=` and `>` at the start of a line, with a blank or the line's end behind.
  private static func isMarker(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    guard offset + 7 <= bytes.count else { return false }
    guard bytes[offset..<(offset + 7)].allSatisfy({ $0 == bytes[offset] }) else { return false }
    guard offset + 7 < bytes.count else { return true }
    return [0x20, 0x0A, 0x0D].contains(bytes[offset + 7])
  }

  private static func conflictDiagnostics(_ markers: [Int], in source: SourceText) -> [Diagnostic] {
    var diagnostics = [Diagnostic]()
    var last = SourcePosition(line: 1, column: 1, offset: 0)
    let spans = markers.map { marker in
      let span = source.span(from: marker, to: marker + 7, behind: last)
      last = span.start
      return span
    }
    for (index, offset) in markers.enumerated() where source.bytes[offset] == UInt8(ascii: "<") {
      let rest = spans[(index + 1)...].prefix { source.bytes[$0.start.offset] != UInt8(ascii: "<") }
      let labels = rest.prefix(mostLabels).map { span in
        let isEnd = source.bytes[span.start.offset] == UInt8(ascii: ">")
        return Diagnostic.Label(
          span: span,
          text: isEnd ? "the conflict ends here" : "the other side starts here")
      }
      diagnostics.append(
        Diagnostic(
          .conflictMarkers, "an unresolved git conflict starts here", at: spans[index],
          labels: labels, help: "keep one side and delete the three marker lines"))
    }
    return diagnostics
  }
}
