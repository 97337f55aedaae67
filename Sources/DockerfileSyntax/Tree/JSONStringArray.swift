/// The exec form: an array of strings in strict JSON.
enum JSONStringArray {
  private enum Failure: Error {
    case malformed
  }

  /// Deeper nesting is not JSON that anybody writes by hand.
  private static let maximumDepth = 1_000

  /// Nil if `text` is no JSON array, which makes it the shell form.
  ///
  /// - Throws: A mistake if it is one, but not of strings alone: that was meant as the exec form.
  static func parse(_ text: String) throws(SyntaxMistake) -> [String]? {
    var reader = Reader(scalars: Array(text.unicodeScalars))
    reader.skipBlanks(where: \.isSpace)
    guard reader.peek == "[" else { return nil }
    let elements: [String?]
    do {
      elements = try reader.wholeArray()
    } catch {
      // Malformed JSON is a shell command that happens to begin with a bracket.
      return nil
    }
    let strings = elements.compactMap(\.self)
    guard strings.count == elements.count else {
      throw SyntaxMistake(
        .invalidJSONForm, "the JSON array contains something that is no string",
        help: "put every element in double quotes")
    }
    return strings
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var index = 0

    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func skipBlanks(where isBlank: (Unicode.Scalar) -> Bool = { " \t\r\n".unicodeScalars.contains($0) }) {
      while let scalar = peek, isBlank(scalar) { index += 1 }
    }

    mutating func next() throws(Failure) -> Unicode.Scalar {
      guard let scalar = peek else { throw .malformed }
      index += 1
      return scalar
    }

    mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
      guard try next() == scalar else { throw .malformed }
    }

    /// Elements that are no strings come back as nil.
    mutating func wholeArray() throws(Failure) -> [String?] {
      try expect("[")
      var elements: [String?] = []
      skipBlanks()
      if peek == "]" {
        index += 1
      } else {
        while true {
          skipBlanks()
          if peek == "\"" {
            elements.append(try string())
          } else {
            try value(depth: 1)
            elements.append(nil)
          }
          skipBlanks()
          if try endsList("]") { break }
        }
      }
      skipBlanks()
      guard peek == nil else { throw .malformed }
      return elements
    }

    private mutating func endsList(_ end: Unicode.Scalar) throws(Failure) -> Bool {
      let scalar = try next()
      if scalar == end { return true }
      guard scalar == "," else { throw .malformed }
      return false
    }

    private mutating func value(depth: Int) throws(Failure) {
      guard depth < maximumDepth else { throw .malformed }
      switch peek {
      case "\"": _ = try string()
      case "[": try list(end: "]", depth: depth, isObject: false)
      case "{": try list(end: "}", depth: depth, isObject: true)
      case "t": try literal("true")
      case "f": try literal("false")
      case "n": try literal("null")
      default: try number()
      }
    }

    private mutating func list(end: Unicode.Scalar, depth: Int, isObject: Bool) throws(Failure) {
      index += 1
      skipBlanks()
      if peek == end {
        index += 1
        return
      }
      while true {
        skipBlanks()
        if isObject {
          guard peek == "\"" else { throw .malformed }
          _ = try string()
          skipBlanks()
          try expect(":")
          skipBlanks()
        }
        try value(depth: depth + 1)
        skipBlanks()
        if try endsList(end) { return }
      }
    }

    private mutating func literal(_ word: String) throws(Failure) {
      for scalar in word.unicodeScalars { try expect(scalar) }
    }

    private mutating func number() throws(Failure) {
      if peek == "-" { index += 1 }
      if peek == "0" { index += 1 } else { try digits() }
      if peek == "." {
        index += 1
        try digits()
      }
      if peek == "e" || peek == "E" {
        index += 1
        if peek == "+" || peek == "-" { index += 1 }
        try digits()
      }
    }

    private mutating func digits() throws(Failure) {
      guard ("0"..."9").contains(try next()) else { throw .malformed }
      while let scalar = peek, ("0"..."9").contains(scalar) { index += 1 }
    }

    private mutating func string() throws(Failure) -> String {
      try expect("\"")
      var text = String.UnicodeScalarView()
      while true {
        let scalar = try next()
        switch scalar {
        case "\"": return String(text)
        case "\\": text.append(try escaped())
        case "\u{00}"..."\u{1F}": throw .malformed
        default: text.append(scalar)
        }
      }
    }

    private mutating func escaped() throws(Failure) -> Unicode.Scalar {
      let scalar = try next()
      switch scalar {
      case "\"", "\\", "/": return scalar
      case "b": return "\u{08}"
      case "f": return "\u{0C}"
      case "n": return "\n"
      case "r": return "\r"
      case "t": return "\t"
      case "u":
        let first = try codeUnit()
        let afterFirst = index
        if UTF16.isLeadSurrogate(first), peek == "\\" {
          index += 1
          if peek == "u" {
            index += 1
            let second = try codeUnit()
            if UTF16.isTrailSurrogate(second) { return Self.scalar(first, second) }
          }
          index = afterFirst
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
      default: throw .malformed
      }
    }

    private static func scalar(_ lead: UInt16, _ trail: UInt16) -> Unicode.Scalar {
      Unicode.Scalar(0x10000 + (UInt32(lead & 0x3FF) << 10 | UInt32(trail & 0x3FF))) ?? "\u{FFFD}"
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
      var unit: UInt16 = 0
      for _ in 0..<4 {
        let scalar = try next()
        guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { throw .malformed }
        unit = unit << 4 | UInt16(digit)
      }
      return unit
    }
  }
}
