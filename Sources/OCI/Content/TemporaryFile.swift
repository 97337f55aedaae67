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

  /// Syncs the bytes to disk and gives the file its name; a file of that name is replaced.
  func rename(to destination: FilePath, permissions: FilePermissions, syncing: Bool = true) throws(OCIError) {
    do {
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
