import Glibc
package import SystemPackage

/// The names in a directory.
package enum DirectoryListing {
  /// Sorted by their bytes, without `.` and `..`.
  /// - Throws: ``OCIError``.
  package static func names(in directory: FilePath) throws(OCIError) -> [FilePath.Component] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else {
      throw OCIError(Errno(rawValue: errno), "read the directory “\(directory)”")
    }
    defer { closedir(stream) }
    var names = [[UInt8]]()
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw OCIError(Errno(rawValue: errno), "read the directory “\(directory)”") }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
    }
    names.sort { $0.lexicographicallyPrecedes($1) }
    return names.compactMap { FilePath.Component(bytes: $0) }
  }
}

extension FilePath.Component {
  /// From raw bytes, which need not be UTF-8; nil when they are no single name.
  package init?(bytes: [UInt8]) {
    let characters = bytes.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
    self.init(platformString: characters)
  }

  /// As the file system has it.
  package var bytes: [UInt8] { withPlatformString { bytesOfCString($0) } }
}

private func bytesOfCString(_ pointer: UnsafePointer<CInterop.PlatformChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
}

extension FilePath {
  /// From raw bytes, which need not be UTF-8 and must not hold a zero.
  package init(bytes: [UInt8]) {
    self.init(platformString: bytes.map { CInterop.PlatformChar(bitPattern: $0) } + [0])
  }

  /// As the file system has it.
  package var bytes: [UInt8] { withPlatformString { bytesOfCString($0) } }
}
