import SystemPackage

/// Names of files as text, whatever bytes they are made of: everything but plain letters, digits and `._-/` as `%XX`.
enum PercentEncoding {
  private static let digits = Array("0123456789ABCDEF".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text = [UInt8]()
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "/"):
        text.append(byte)
      default:
        text.append(UInt8(ascii: "%"))
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      }
    }
  }

  /// Nil when the text was not made by `encode`.
  static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    let text = Array(text)
    // Most names are plain, and taken as they are.
    guard text.contains(UInt8(ascii: "%")) else { return text }
    var bytes = [UInt8]()
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(), let a = digits.firstIndex(of: high),
        let b = digits.firstIndex(of: low)
      else { return nil }
      bytes.append(UInt8(a << 4 | b))
    }
    return bytes
  }
}

extension FilePath {
  /// The path's bytes, which need not be UTF-8.
  var bytes: [UInt8] {
    withPlatformString { pointer in
      var bytes = [UInt8]()
      var next = pointer
      while next.pointee != 0 {
        bytes.append(UInt8(bitPattern: next.pointee))
        next += 1
      }
      return bytes
    }
  }

  init(bytes: [UInt8]) {
    var characters: [CInterop.PlatformChar] = bytes.map { CInterop.PlatformChar(bitPattern: $0) }
    characters.append(0)
    self.init(platformString: characters)
  }
}
