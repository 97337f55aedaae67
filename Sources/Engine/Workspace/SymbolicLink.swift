import Glibc
import SystemPackage

enum SymbolicLink {
  /// Where the link points, byte for byte: a `FilePath` would already tidy it up. Nil when it is none.
  static func target(of path: FilePath) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = path.withPlatformString { readlink($0, &buffer, buffer.count) }
    return length < 0 ? nil : buffer[..<length].map { UInt8(bitPattern: $0) }
  }

  static func make(at path: FilePath, to target: [UInt8]) throws {
    let text = target.map { CChar(bitPattern: $0) } + [0]
    guard path.withPlatformString({ symlink(text, $0) }) == 0 else { throw Errno(rawValue: errno) }
  }
}
