import Glibc
import SystemPackage

/// A file that is written beside its destination and takes its name only when it is whole.
///
/// Dropped without ``rename(to:)`` it is removed.
final class TemporaryFile {
  private let descriptor: FileDescriptor
  /// Where the bytes are until they are renamed.
  let path: FilePath
  private var isOpen = true
  private var isRenamed = false
  private(set) var size: Int64 = 0
  private var endsInHole = false

  init(in directory: FilePath) throws(OCIError) {
    do {
      while true {
        let candidate = directory.appending(".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
        do {
          descriptor = try FileDescriptor.open(
            candidate, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
          path = candidate
          return
        } catch Errno.fileExists {
          continue
        }
      }
    } catch let errno as Errno {
      throw OCIError(errno, "create a file in “\(directory)”")
    } catch {
      throw OCIError(.inputOutput, "cannot create a file in “\(directory)”", cause: error)
    }
  }

  deinit {
    // Neither can be reported from here, and nobody is left who waits for the bytes.
    if isOpen { try? descriptor.close() }
    if !isRenamed { _ = path.withPlatformString { unlink($0) } }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    do {
      try descriptor.writeAll(bytes)
      size += Int64(bytes.count)
    } catch let errno as Errno {
      throw OCIError(errno, "write “\(path)”")
    } catch {
      throw OCIError(.inputOutput, "cannot write “\(path)”", cause: error)
    }
  }

  /// Writes bytes, and leaves a hole where all of them are zero; what lies after the last byte that is none appears with ``rename(to:)``.
  func writeSparsely(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    guard bytes.count >= 4096, bytes.isAllZero else { return try write(bytes) }
    do {
      try descriptor.seek(offset: Int64(bytes.count), from: .current)
      size += Int64(bytes.count)
      endsInHole = true
    } catch {
      throw OCIError((error as? Errno) ?? .ioError, "write “\(path)”")
    }
  }

  /// Syncs the bytes to disk and gives the file its name; a file of that name is replaced.
  func rename(to destination: FilePath, permissions: FilePermissions, syncing: Bool = true) throws(OCIError) {
    do {
      if endsInHole, ftruncate(descriptor.rawValue, off_t(size)) != 0 { throw Errno(rawValue: errno) }
      guard fchmod(descriptor.rawValue, permissions.rawValue) == 0 else { throw Errno(rawValue: errno) }
      guard !syncing || fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      isOpen = false
      try descriptor.close()
      let result = path.withPlatformString { from in destination.withPlatformString { Glibc.rename(from, $0) } }
      guard result == 0 else { throw Errno(rawValue: errno) }
      isRenamed = true
    } catch let errno as Errno {
      throw OCIError(errno, "write “\(destination)”")
    } catch {
      throw OCIError(.inputOutput, "cannot write “\(destination)”", cause: error)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether there is no byte here but zeros.
  package var isAllZero: Bool {
    guard let start = baseAddress, count > 0 else { return true }
    // Compared with itself, one byte further on: the C library does that faster than any loop.
    return self[0] == 0 && memcmp(start, start + 1, count - 1) == 0
  }
}
