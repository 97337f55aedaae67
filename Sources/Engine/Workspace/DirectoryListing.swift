import Glibc
import SystemPackage

enum DirectoryListing {
  /// The names in a directory, without `.` and `..`, sorted by their bytes.
  static func names(in directory: FilePath) throws -> [FilePath.Component] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    var names = [(bytes: [UInt8], component: FilePath.Component)]()
    errno = 0
    while let entry = readdir(stream) {
      let component = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
      }
      if let component, component.kind == .regular {
        names.append((bytes: FilePath(root: nil, [component]).bytes, component: component))
      }
      errno = 0
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.component)
  }
}
