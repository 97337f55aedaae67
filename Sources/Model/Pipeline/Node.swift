/// A tree as YAML holds it, with the place of every value.
package indirect enum Node: Hashable, Sendable {
  case scalar(Scalar)
  case sequence(Sequence)
  case mapping(Mapping)

  package struct Scalar: Hashable, Sendable {
    package enum Style: Hashable, Sendable {
      case plain, singleQuoted, doubleQuoted, literal, folded
    }

    package let text: String
    package let style: Style
    package let span: SourceSpan

    package init(text: String, style: Style, span: SourceSpan) {
      self.text = text
      self.style = style
      self.span = span
    }

    /// What the text means under the YAML 1.1 core rules that Harness's parser follows: only a plain scalar is ever anything but a string.
    package var value: Value {
      guard style == .plain else { return .string(text) }
      switch text {
      case "", "~", "null", "Null", "NULL": return .null
      case "true", "True", "TRUE": return .bool(true)
      case "false", "False", "FALSE": return .bool(false)
      default: break
      }
      if let first = text.utf8.first, first < 0x3A, first != UInt8(ascii: " ") {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let hasLeadingZero = digits.count > 1 && digits.hasPrefix("0") && !digits.hasPrefix("0.")
        if !hasLeadingZero, let integer = Int(text) { return .integer(integer) }
        if !hasLeadingZero, digits.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }),
          digits.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || [0x2E, 0x65, 0x45, 0x2B, 0x2D].contains($0) }),
          let double = Double(text)
        {
          return .double(double)
        }
      }
      return .string(text)
    }
  }

  package struct Sequence: Hashable, Sendable {
    package let elements: [Node]
    package let span: SourceSpan

    package init(elements: [Node], span: SourceSpan) {
      self.elements = elements
      self.span = span
    }
  }

  package struct Mapping: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
      package let key: Scalar
      package let value: Node

      package init(key: Scalar, value: Node) {
        self.key = key
        self.value = value
      }
    }

    /// In the file's order. A key occurs once: the reader reports the second one.
    package let entries: [Entry]
    package let span: SourceSpan

    package init(entries: [Entry], span: SourceSpan) {
      self.entries = entries
      self.span = span
    }

    package subscript(key: String) -> Node? {
      entries.first { $0.key.text == key }?.value
    }
  }

  package var span: SourceSpan {
    switch self {
    case .scalar(let scalar): scalar.span
    case .sequence(let sequence): sequence.span
    case .mapping(let mapping): mapping.span
    }
  }

  /// The same tree without its places.
  package var value: Value {
    switch self {
    case .scalar(let scalar): scalar.value
    case .sequence(let sequence): .list(sequence.elements.map(\.value))
    case .mapping(let mapping):
      .map(Dictionary(mapping.entries.map { ($0.key.text, $0.value.value) }) { _, last in last })
    }
  }
}

extension Node {
  /// The value of a mapping's key.
  package subscript(key: String) -> Node? {
    if case .mapping(let mapping) = self { mapping[key] } else { nil }
  }

  /// The value that a chain of keys leads to: `definition.at("spec", "advanced", "fail_on_severity")`.
  package func at(_ keys: String...) -> Node? {
    keys.reduce(Optional(self)) { $0?[$1] }
  }

  /// The place of the last key in such a chain, for a message about the key rather than its value.
  package func keySpan(at keys: String...) -> SourceSpan? {
    guard let last = keys.last, case .mapping(let mapping)? = keys.dropLast().reduce(Optional(self), { $0?[$1] })
    else { return nil }
    return mapping.entries.first { $0.key.text == last }?.key.span
  }

  /// The elements of a list; empty for anything else.
  package var elements: [Node] {
    if case .sequence(let sequence) = self { sequence.elements } else { [] }
  }

  /// The text of a scalar, as written.
  package var scalarText: String? {
    if case .scalar(let scalar) = self { scalar.text } else { nil }
  }
}
