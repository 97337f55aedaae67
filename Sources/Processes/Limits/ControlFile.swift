import Glibc
import SystemPackage

/// The small files by which the kernel is asked and told about control groups.
enum ControlFile {
  /// Nil for a file that cannot be read.
  static func text(_ path: FilePath) -> String? {
    guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    do {
      try descriptor.closeAfter {
        while true {
          let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
          if count == 0 { return }
          bytes += buffer[..<count]
        }
      }
    } catch {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func words(_ path: FilePath) -> Set<String> {
    Set((text(path) ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// - Returns: why it could not be written.
  static func write(_ value: String, to path: FilePath) -> Errno? {
    do {
      // Where the kernel has no such file, it lets nobody create one.
      let descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
      _ = try descriptor.closeAfter { try descriptor.writeAll(value.utf8) }
      return nil
    } catch {
      return (error as? Errno) ?? .ioError
    }
  }

  /// Why a file cannot be opened for writing, or nil.
  static func writingError(_ path: FilePath) -> Errno? {
    do {
      try FileDescriptor.open(path, .writeOnly, options: .closeOnExec).close()
      return nil
    } catch {
      return (error as? Errno) ?? .ioError
    }
  }

  static func makeDirectory(_ path: FilePath) -> Errno? {
    path.withPlatformString { mkdir($0, 0o755) } == 0 ? nil : Errno(rawValue: errno)
  }

  static func removeDirectory(_ path: FilePath) -> Errno? {
    path.withPlatformString { rmdir($0) } == 0 ? nil : Errno(rawValue: errno)
  }

  static func names(in directory: FilePath) -> [String] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { tuple in
          tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        })
    }
    return names
  }
}
