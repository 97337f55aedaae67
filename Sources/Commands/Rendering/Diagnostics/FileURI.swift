/// A file's name as a URI reference (RFC 3986): relative names stay relative.
enum FileURI {
  static func of(_ file: String) -> String {
    let path = file.split(separator: "/", omittingEmptySubsequences: false).map { encoded($0) }.joined(separator: "/")
    return file.hasPrefix("/") ? "file://" + path : path
  }

  private static func encoded(_ component: Substring) -> String {
    component.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count < 2 ? "0" : "") + hex
      }
    }
  }
}
