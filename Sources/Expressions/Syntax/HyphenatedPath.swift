/// Paths with hyphens, such as `pipeline.variables.my-tag`, which JEXL alone would read as a subtraction.
enum HyphenatedPath {
  /// The names of a path that has a hyphen and nothing but names and dots; nil for everything else.
  static func names(in source: String) -> [String]? {
    guard source.utf8.contains(UInt8(ascii: "-")), source.utf8.count <= 1000 else { return nil }
    let names = source.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isPath = names.allSatisfy { name in
      !name.isEmpty && name.utf8.allSatisfy { $0 >= 0x80 || $0.isWordOrHyphen } && !name.hasPrefix("-")
    }
    return isPath && names[0].utf8.first.map { !(0x30...0x39).contains($0) } == true ? names : nil
  }

  /// Whether each hyphen stands between letters, so that nobody means a subtraction.
  static func isPlain(_ source: String) -> Bool {
    let bytes = Array(source.utf8)
    return bytes.indices.allSatisfy { index in
      guard bytes[index] == UInt8(ascii: "-") else { return true }
      return index + 1 < bytes.count && !(0x30...0x39).contains(bytes[index + 1])
    }
  }
}

extension UInt8 {
  fileprivate var isWordOrHyphen: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

extension String {
  var trimmingSpaces: String {
    var bytes = utf8[...]
    while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
    while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
