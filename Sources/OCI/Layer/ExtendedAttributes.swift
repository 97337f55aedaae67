import CArchive
import Glibc
package import SystemPackage

/// The extended attributes of a file, without following a symbolic link.
package enum ExtendedAttributes {
  /// - Throws: ``OCIError``; a file system without such attributes has none.
  package static func read(_ path: FilePath) throws(OCIError) -> [String: [UInt8]] {
    var attributes = [String: [UInt8]]()
    for name in try names(path) {
      guard let value = try value(of: name, at: path) else { continue }
      attributes[name] = value
    }
    return attributes
  }

  private static func names(_ path: FilePath) throws(OCIError) -> [String] {
    while true {
      let size = path.withPlatformString { llistxattr($0, nil, 0) }
      if size < 0, errno == ENOTSUP { return [] }
      guard size >= 0 else { throw OCIError(Errno(rawValue: errno), "list the extended attributes of “\(path)”") }
      if size == 0 { return [] }
      var buffer = [CChar](repeating: 0, count: size)
      let count = path.withPlatformString { llistxattr($0, &buffer, size) }
      // The list grew between the two calls.
      if count < 0, errno == ERANGE { continue }
      guard count >= 0 else { throw OCIError(Errno(rawValue: errno), "list the extended attributes of “\(path)”") }
      return buffer[..<count].split(separator: 0).map {
        String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
    }
  }

  package static func value(of name: String, at path: FilePath) throws(OCIError) -> [UInt8]? {
    while true {
      let size = path.withPlatformString { lgetxattr($0, name, nil, 0) }
      if size < 0, errno == ENODATA || errno == ENOTSUP { return nil }
      guard size >= 0 else { throw OCIError(Errno(rawValue: errno), "read the attribute \(name) of “\(path)”") }
      var value = [UInt8](repeating: 0, count: size)
      let count = path.withPlatformString { lgetxattr($0, name, &value, size) }
      if count < 0, errno == ERANGE { continue }
      guard count >= 0 else { throw OCIError(Errno(rawValue: errno), "read the attribute \(name) of “\(path)”") }
      return Array(value[..<count])
    }
  }

  package static func set(_ name: String, to value: [UInt8], at path: FilePath) throws(OCIError) {
    guard path.withPlatformString({ lsetxattr($0, name, value, value.count, 0) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "set the attribute \(name) of “\(path)”")
    }
  }
}
