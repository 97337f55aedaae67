/// A pattern compiled for matching whole slash-separated paths, in time proportional to pattern times path.
struct PathPattern: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    /// `?`: anything but a slash.
    case oneInComponent
    /// `*`: any run without a slash.
    case manyInComponent
    /// `**` or `**/` with more behind it: nothing, or anything that ends in a slash.
    case directories
    /// `**` at the end: anything.
    case anything
    /// `[a-z]`; it may match a slash.
    case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  /// Whether `**` means more than `*`.
  enum Dialect {
    case fileName
    case ignoreFile
  }

  let elements: [Element]

  init(_ pattern: String, dialect: Dialect) throws(DockerfileError) {
    var elements: [Element] = []
    var reader = Reader(pattern)
    while let scalar = reader.next() {
      switch scalar {
      case "*" where dialect == .ignoreFile && reader.peek == "*":
        reader.skip()
        if reader.peek == "/" { reader.skip() }
        elements.append(reader.peek == nil ? .anything : .directories)
      case "*": elements.append(.manyInComponent)
      case "?": elements.append(.oneInComponent)
      case "[": elements.append(try reader.scalarClass())
      case "\\":
        guard let escaped = reader.next() else { throw reader.malformed }
        elements.append(.scalar(escaped))
      default: elements.append(.scalar(scalar))
      }
    }
    self.elements = elements
  }

  func matches(_ path: String) -> Bool {
    // A set of positions in the pattern, all followed at once. `inside` holds the `directories` that have begun to match:
    // those may be left only behind a slash.
    var here = Set([0])
    var inside = Set<Int>()
    addSkipping(&here)
    for scalar in path.unicodeScalars {
      var after = Set<Int>()
      var insideAfter = inside
      for position in here where position < elements.count {
        switch elements[position] {
        case .scalar(let wanted):
          if wanted == scalar { after.insert(position + 1) }
        case .oneInComponent:
          if scalar != "/" { after.insert(position + 1) }
        case .manyInComponent:
          if scalar != "/" { after.insert(position) }
        case .anything: after.insert(position)
        case .directories: insideAfter.insert(position)
        case .oneOf(let ranges, let isNegated):
          if ranges.contains(where: { $0.contains(scalar) }) != isNegated { after.insert(position + 1) }
        }
      }
      if scalar == "/" {
        for position in insideAfter { after.insert(position + 1) }
      }
      addSkipping(&after)
      if after.isEmpty, insideAfter.isEmpty { return false }
      (here, inside) = (after, insideAfter)
    }
    return here.contains(elements.count)
  }

  /// Elements that can match nothing can be passed over.
  private func addSkipping(_ positions: inout Set<Int>) {
    for start in positions {
      var position = start
      while position < elements.count {
        switch elements[position] {
        case .manyInComponent, .directories, .anything: position += 1
        default: position = elements.count + 1
        }
        if position > elements.count || !positions.insert(position).inserted { break }
      }
    }
  }

  private struct Reader {
    private let pattern: String
    private var rest: Substring.UnicodeScalarView

    init(_ pattern: String) {
      self.pattern = pattern
      rest = pattern.unicodeScalars[...]
    }

    var peek: Unicode.Scalar? { rest.first }

    var malformed: DockerfileError {
      DockerfileError(
        .invalidPattern, "the pattern \"\(pattern)\" is malformed",
        help: "close every bracket, and write a literal [ as \\[")
    }

    mutating func next() -> Unicode.Scalar? { rest.popFirst() }

    mutating func skip() { rest.removeFirst() }

    mutating func scalarClass() throws(DockerfileError) -> Element {
      let isNegated = peek == "^"
      if isNegated { skip() }
      var ranges: [ClosedRange<Unicode.Scalar>] = []
      while peek != "]" || ranges.isEmpty {
        let low = try classScalar()
        var high = low
        if peek == "-" {
          skip()
          high = try classScalar()
        }
        // A range the wrong way round matches nothing, but it keeps the brackets from being empty.
        ranges.append(low <= high ? low...high : "\u{10FFFF}"..."\u{10FFFF}")
      }
      skip()
      return .oneOf(ranges, isNegated: isNegated)
    }

    private mutating func classScalar() throws(DockerfileError) -> Unicode.Scalar {
      guard var scalar = next(), scalar != "-", scalar != "]" else { throw malformed }
      if scalar == "\\" {
        guard let escaped = next() else { throw malformed }
        scalar = escaped
      }
      guard peek != nil else { throw malformed }
      return scalar
    }
  }
}
