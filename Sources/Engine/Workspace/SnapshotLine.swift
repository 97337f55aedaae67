import OCI

/// One entry of a directory in a snapshot: `KIND MODE CONTENT NAME`.
///
/// `f` is a file and `d` a directory, each with the digest of its content; `l` a symbolic link with its target, `h` one more name of a file
/// that has come before in the tree, with that one's path from the root. Targets, paths and names are percent-encoded.
struct SnapshotLine: Sendable {
  enum Content: Hashable, Sendable {
    case file(RawDigest)
    case directory(RawDigest)
    case link([UInt8])
    case sameFile([UInt8])
  }

  let content: Content
  /// The twelve permission bits.
  let mode: UInt16
  let name: [UInt8]

  static func append(_ content: Content, _ mode: UInt16, _ name: [UInt8], to lines: inout [UInt8]) {
    let kind: Unicode.Scalar =
      switch content {
      case .file: "f"
      case .directory: "d"
      case .link: "l"
      case .sameFile: "h"
      }
    lines.append(UInt8(ascii: kind))
    lines.append(UInt8(ascii: " "))
    var isLeading = true
    for shift in stride(from: 9, through: 0, by: -3) {
      let digit = UInt8(truncatingIfNeeded: mode >> UInt16(shift)) & 7
      if digit == 0, isLeading, shift > 0 { continue }
      isLeading = false
      lines.append(0x30 + digit)
    }
    lines.append(UInt8(ascii: " "))
    switch content {
    case .file(let digest), .directory(let digest): digest.appendHex(to: &lines)
    case .link(let text), .sameFile(let text): PercentEncoding.append(text, to: &lines)
    }
    lines.append(UInt8(ascii: " "))
    PercentEncoding.append(name, to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  /// Nil when the line is none.
  init?(_ line: UnsafeRawBufferPointer) {
    guard let first = line.firstIndex(of: UInt8(ascii: " ")), first == 1,
      let second = line[(first + 1)...].firstIndex(of: UInt8(ascii: " ")), (1...4).contains(second - first - 1),
      let third = line[(second + 1)...].firstIndex(of: UInt8(ascii: " "))
    else { return nil }
    var mode: UInt16 = 0
    for digit in line[(first + 1)..<second] {
      guard (0x30...0x37).contains(digit) else { return nil }
      mode = mode << 3 | UInt16(digit - 0x30)
    }
    guard let name = PercentEncoding.decode(line[(third + 1)...]), !name.isEmpty, name != [0x2E], name != [0x2E, 0x2E],
      name.count < 256, !name.contains(0), !name.contains(UInt8(ascii: "/"))
    else { return nil }
    let text = line[(second + 1)..<third]
    switch line[0] {
    case UInt8(ascii: "f"), UInt8(ascii: "d"):
      guard let digest = RawDigest(hex: text) else { return nil }
      content = line[0] == UInt8(ascii: "f") ? .file(digest) : .directory(digest)
    case UInt8(ascii: "l"), UInt8(ascii: "h"):
      guard let text = PercentEncoding.decode(text), !text.isEmpty, !text.contains(0) else { return nil }
      content = line[0] == UInt8(ascii: "l") ? .link(text) : .sameFile(text)
    default: return nil
    }
    self.mode = mode
    self.name = name
  }

  /// The lines of one directory; nil when one of them is none.
  static func parse(_ bytes: UnsafeRawBufferPointer) -> [SnapshotLine]? {
    var lines = [SnapshotLine]()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let parsed = SnapshotLine(UnsafeRawBufferPointer(rebasing: line)) else { return nil }
      lines.append(parsed)
    }
    return lines
  }
}
