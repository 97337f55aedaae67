/// Which characters one place of a pattern stands for.
indirect enum ScalarSet: Sendable {
  case ranges([ClosedRange<UInt32>])
  case property(@Sendable (Unicode.Scalar.Properties) -> Bool)
  case inverted(ScalarSet)
  case union([ScalarSet])
  case intersection([ScalarSet])
  /// The characters of the set and those that differ from them only in case.
  case ignoringCase(ScalarSet, beyondASCII: Bool)

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .ranges(let ranges): return ranges.contains { $0.contains(scalar.value) }
    case .property(let holds): return holds(scalar.properties)
    case .inverted(let set): return !set.contains(scalar)
    case .union(let sets): return sets.contains { $0.contains(scalar) }
    case .intersection(let sets): return sets.allSatisfy { $0.contains(scalar) }
    case .ignoringCase(let set, let beyondASCII):
      if set.contains(scalar) { return true }
      return Self.cases(of: scalar, beyondASCII: beyondASCII).contains(where: set.contains)
    }
  }

  static func one(_ scalar: Unicode.Scalar) -> ScalarSet { .ranges([scalar.value...scalar.value]) }

  /// The other letters that a letter counts as where case is ignored: ASCII's alone unless the pattern says otherwise, as in Java.
  static func cases(of scalar: Unicode.Scalar, beyondASCII: Bool) -> [Unicode.Scalar] {
    if scalar.isASCII {
      switch scalar.value {
      case 0x41...0x5A: return [Unicode.Scalar(UInt8(scalar.value + 0x20))]
      case 0x61...0x7A: return [Unicode.Scalar(UInt8(scalar.value - 0x20))]
      default: return []
      }
    }
    guard beyondASCII else { return [] }
    return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
      text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
  }

  // MARK: Classes with a letter

  static let digit = ScalarSet.ranges([0x30...0x39])
  static let word = ScalarSet.ranges([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = ScalarSet.ranges([0x09...0x0D, 0x20...0x20])
  static let horizontalSpace = ScalarSet.ranges([
    0x09...0x09, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x180E...0x180E, 0x2000...0x200A, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000,
  ])
  static let verticalSpace = ScalarSet.ranges([0x0A...0x0D, 0x85...0x85, 0x2028...0x2029])
  static let lineEnd = ScalarSet.ranges([0x0A...0x0A, 0x0D...0x0D, 0x85...0x85, 0x2028...0x2029])
  static let anything = ScalarSet.ranges([0...0x10_FFFF])

  /// The set behind `\p{…}`; nil for a name that is not known here.
  static func named(_ name: String) -> ScalarSet? {
    switch name {
    case "Lower": return .ranges([0x61...0x7A])
    case "Upper": return .ranges([0x41...0x5A])
    case "ASCII": return .ranges([0...0x7F])
    case "Alpha": return .ranges([0x41...0x5A, 0x61...0x7A])
    case "Digit": return .digit
    case "Alnum": return .ranges([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
    case "Punct": return .ranges([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
    case "Graph": return .ranges([0x21...0x7E])
    case "Print": return .ranges([0x20...0x7E])
    case "Blank": return .ranges([0x09...0x09, 0x20...0x20])
    case "Cntrl": return .ranges([0...0x1F, 0x7F...0x7F])
    case "XDigit": return .ranges([0x30...0x39, 0x41...0x46, 0x61...0x66])
    case "Space": return .space
    case "IsAlphabetic", "javaLetter": return .property { $0.isAlphabetic }
    case "IsLowercase", "javaLowerCase": return .property { $0.isLowercase }
    case "IsUppercase", "javaUpperCase": return .property { $0.isUppercase }
    case "IsWhite_Space", "IsWhiteSpace", "javaWhitespace": return .property { $0.isWhitespace }
    case "IsDigit": return .property { $0.generalCategory == .decimalNumber }
    default: break
    }
    let category = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
    guard let categories = Self.categories[category] else { return nil }
    return .property { categories.contains($0.generalCategory) }
  }

  private static let categories: [String: Set<Unicode.GeneralCategory>] = [
    "L": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter],
    "Lu": [.uppercaseLetter], "Ll": [.lowercaseLetter], "Lt": [.titlecaseLetter], "Lm": [.modifierLetter],
    "Lo": [.otherLetter], "M": [.nonspacingMark, .spacingMark, .enclosingMark], "Mn": [.nonspacingMark],
    "Mc": [.spacingMark], "Me": [.enclosingMark], "N": [.decimalNumber, .letterNumber, .otherNumber],
    "Nd": [.decimalNumber], "Nl": [.letterNumber], "No": [.otherNumber],
    "P": [
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation,
    ],
    "Pc": [.connectorPunctuation], "Pd": [.dashPunctuation], "Ps": [.openPunctuation], "Pe": [.closePunctuation],
    "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol], "Sm": [.mathSymbol], "Sc": [.currencySymbol],
    "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator], "Zs": [.spaceSeparator],
    "C": [.control, .format, .surrogate, .privateUse, .unassigned], "Cc": [.control], "Cf": [.format],
  ]
}
