/// A stretch of a blob or of an upload.
struct ByteRange: Hashable {
  var offset: Int64
  var count: Int64

  enum Answer: Hashable {
    /// No range was asked for, or one in a form that may be ignored.
    case whole
    case part(ByteRange)
    case unsatisfiable
  }

  /// Reads a `Range` header against a blob of `size` bytes; see RFC 9110, section 14.2. Several ranges at once are ignored.
  static func answer(to header: String?, size: Int64) -> Answer {
    guard let header, header.hasPrefix("bytes=") else { return .whole }
    let sides = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2, !header.contains(",") else { return .whole }
    switch (Int64(sides[0]), Int64(sides[1])) {
    case (let first?, let last?) where first <= last:
      guard first < size else { return .unsatisfiable }
      return .part(ByteRange(offset: first, count: min(last, size - 1) - first + 1))
    case (let first?, nil) where sides[1].isEmpty:
      guard first < size else { return .unsatisfiable }
      return .part(ByteRange(offset: first, count: size - first))
    case (nil, let suffix?) where sides[0].isEmpty:
      guard suffix > 0, size > 0 else { return .unsatisfiable }
      let count = min(suffix, size)
      return .part(ByteRange(offset: size - count, count: count))
    default:
      return .whole
    }
  }

  /// Reads the `Content-Range` of a chunk, which the distribution specification writes `<first>-<last>`, both inclusive.
  init?(chunk header: String) {
    let sides = header.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2, let first = Int64(sides[0]), let last = Int64(sides[1]), first >= 0, first <= last else {
      return nil
    }
    self.init(offset: first, count: last - first + 1)
  }

  init(offset: Int64, count: Int64) {
    self.offset = offset
    self.count = count
  }
}
