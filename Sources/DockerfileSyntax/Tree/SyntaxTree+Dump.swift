extension SyntaxTree {
  /// The tree as S-expressions, one line per instruction, in the very form of the reference builder's own dump.
  package var dump: String {
    nodes.map { "(\($0.dump))" }.joined(separator: "\n")
  }
}

extension Node {
  var dump: String {
    var text = keyword.lowercased()
    if !flags.isEmpty { text += " [" + flags.map(Self.quoted).joined(separator: " ") + "]" }
    for argument in arguments {
      switch argument {
      case .word(let word): text += " " + Self.quoted(word)
      case .instruction(let node): text += " (\(node.dump))"
      }
    }
    return text
  }

  /// A string literal of the Go language, in which the reference's dumps are written.
  private static func quoted(_ word: String) -> String {
    var text = "\""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{07}": text += "\\a"
      case "\u{08}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{0B}": text += "\\v"
      case "\u{0C}": text += "\\f"
      case "\r": text += "\\r"
      case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x80: text += "\\x" + hexadecimal(scalar, digits: 2)
      case _ where scalar.value < 0x10000: text += "\\u" + hexadecimal(scalar, digits: 4)
      default: text += "\\U" + hexadecimal(scalar, digits: 8)
      }
    }
    return text + "\""
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
    let text = String(scalar.value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
