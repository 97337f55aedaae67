import Glibc
package import SystemPackage

/// Reads symbolic links.
package enum SymbolicLink {
  /// The target as it is written.
  /// - Throws: ``OCIError``.
  package static func target(of path: FilePath) throws(OCIError) -> [UInt8] {
    // A link's target cannot be longer than PATH_MAX.
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = path.withPlatformString { readlink($0, &buffer, buffer.count) }
    guard count >= 0 else { throw OCIError(Errno(rawValue: errno), "read the link “\(path)”") }
    return buffer[..<count].map { UInt8(bitPattern: $0) }
  }
}
