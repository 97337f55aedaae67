/// The patterns of `${name#p}` and its kin: `*` and `?`, both of which also match slashes and newlines.
struct ShellPattern {
  private enum Element: Equatable {
    case anything
    case scalar(Unicode.Scalar)

    func matches(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .anything: true
      case .scalar(let wanted): wanted == scalar
      }
    }
  }

  /// The stretches between stars: one more than there are stars, so an empty first one means that the pattern begins with a star.
  private let chunks: [[Element]]

  init(_ pattern: String) throws(DockerfileError) {
    var chunks: [[Element]] = [[]]
    var scalars = pattern.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "*":
        if chunks.count > 1, chunks[chunks.count - 1].isEmpty { continue }
        chunks.append([])
      case "?": chunks[chunks.count - 1].append(.anything)
      case "\\":
        // A slash or brace had to be escaped in the substitution, which says nothing about the pattern.
        guard let escaped = scalars.popFirst(), "*?\\}/".unicodeScalars.contains(escaped) else {
          throw DockerfileError(
            .invalidPattern, "the pattern \"\(pattern)\" escapes what cannot be escaped",
            help: "only *, ?, /, } and the backslash can be escaped")
        }
        chunks[chunks.count - 1].append(.scalar(escaped))
      default: chunks[chunks.count - 1].append(.scalar(scalar))
      }
    }
    self.chunks = chunks
  }

  private init(chunks: [[Element]]) {
    self.chunks = chunks
  }

  func trimPrefix(of value: String, longest: Bool) -> String {
    let scalars = Array(value.unicodeScalars)
    guard let end = end(in: scalars, from: 0, longest: longest) else { return value }
    return Self.string(scalars[end...])
  }

  func trimSuffix(of value: String, longest: Bool) -> String {
    let reversed = ShellPattern(chunks: chunks.reversed().map { $0.reversed() })
    let scalars = Array(value.unicodeScalars.reversed())
    guard let end = reversed.end(in: scalars, from: 0, longest: longest) else { return value }
    return Self.string(scalars[end...].reversed())
  }

  /// Replaces the first match or all; each is the leftmost and there the longest. An empty pattern matches between all scalars.
  func replace(in value: String, with replacement: String, all: Bool) -> String {
    let scalars = Array(value.unicodeScalars)
    var text = String.UnicodeScalarView()
    var position = 0
    var lastMatch: Int?
    while position <= scalars.count {
      if let end = end(in: scalars, from: position, longest: true), end > position || lastMatch != position {
        text.append(contentsOf: replacement.unicodeScalars)
        if !all {
          text.append(contentsOf: scalars[end...])
          return String(text)
        }
        lastMatch = end
        if end > position {
          position = end
          continue
        }
      }
      if position < scalars.count { text.append(scalars[position]) }
      position += 1
    }
    return String(text)
  }

  private func end(in scalars: [Unicode.Scalar], from start: Int, longest: Bool) -> Int? {
    guard matches(chunks[0], scalars, at: start) else { return nil }
    var position = start + chunks[0].count
    guard chunks.count > 1, let last = chunks.last else { return position }
    for chunk in chunks.dropFirst().dropLast() {
      guard let found = (position...scalars.count).first(where: { matches(chunk, scalars, at: $0) }) else { return nil }
      position = found + chunk.count
    }
    let places = position...scalars.count
    let found =
      longest
      ? places.last { matches(last, scalars, at: $0) } : places.first { matches(last, scalars, at: $0) }
    return found.map { $0 + last.count }
  }

  private func matches(_ chunk: [Element], _ scalars: [Unicode.Scalar], at start: Int) -> Bool {
    guard start + chunk.count <= scalars.count else { return false }
    return chunk.indices.allSatisfy { chunk[$0].matches(scalars[start + $0]) }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
