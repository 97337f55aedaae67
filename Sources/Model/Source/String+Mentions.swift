extension String {
  /// Whether a text stands in this one, compared byte by byte.
  ///
  /// `contains` compares by character: it takes many times as long, and does not see `<+` where a mark that joins the sign follows it.
  package func mentions(_ text: String) -> Bool {
    let found = text.utf8.withContiguousStorageIfAvailable { wanted in
      utf8.withContiguousStorageIfAvailable { Self.contains(wanted, in: $0) }
    }
    return (found ?? nil) ?? contains(text)
  }

  private static func contains(_ wanted: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = wanted.first else { return true }
    var start = 0
    while start + wanted.count <= bytes.count {
      if bytes[start] == first, bytes[start...].starts(with: wanted) { return true }
      start += 1
    }
    return false
  }
}
