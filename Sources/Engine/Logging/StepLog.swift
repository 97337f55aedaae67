package import Model
import OCI
package import SystemPackage

/// The log of one attempt: what the step printed, masked, in a file, with the digest of its bytes.
package actor StepLog {
  private let path: FilePath
  private let descriptor: FileDescriptor
  private var stream: MaskingStream
  private var hasher = SHA256Hasher()
  private var isOpen = true

  /// Creates the file and the directories above it.
  ///
  /// - Throws: ``OCIError``, as everything here does.
  package init(at path: FilePath, masker: Masker) throws {
    self.path = path
    try path.removingLastComponent().createDirectories()
    do {
      descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch let error as Errno {
      throw OCIError(error, "open the step's log “\(path)”")
    }
    stream = MaskingStream(masker)
  }

  deinit {
    // Only open here when the attempt was given up; there is nobody left to tell.
    if isOpen { try? descriptor.close() }
  }

  /// Masks and writes the bytes.
  ///
  /// - Returns: the masked bytes, for the terminal.
  package func write(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    // A service prints on when the step that started it has ended; that is in the service's own log.
    guard isOpen else { return [] }
    let masked = stream.mask(bytes)
    try store(masked)
    return masked
  }

  /// Writes what the masker held back and closes the file.
  package func finish() throws -> (rest: [UInt8], digest: Digest) {
    let rest = stream.finish()
    try store(rest)
    isOpen = false
    try named { try descriptor.close() }
    return (rest, hasher.finalize())
  }

  private func store(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try named { _ = try descriptor.writeAll(bytes) }
    hasher.update(bytes)
  }

  private func named(_ work: () throws -> Void) throws {
    do { try work() } catch let error as Errno { throw OCIError(error, "write the step's log “\(path)”") }
  }
}
