package import Model
import OCI

/// The log of a service, which lasts longer than the attempt at the step that started it.
package struct ServiceLog: Sendable {
  /// Masks and stores the bytes, and shows them when that is wanted.
  package let write: @Sendable (_ bytes: ArraySlice<UInt8>, _ isShown: Bool) async throws -> Void
  /// Closes the file; tells its name, relative to the state directory, and the digest of its bytes.
  package let finish: @Sendable () async throws -> (file: String, digest: Digest)

  package init(
    write: @escaping @Sendable (_ bytes: ArraySlice<UInt8>, _ isShown: Bool) async throws -> Void,
    finish: @escaping @Sendable () async throws -> (file: String, digest: Digest)
  ) {
    self.write = write
    self.finish = finish
  }

  /// Keeps nothing.
  package static let discard = ServiceLog(write: { _, _ in }, finish: { ("", Digest(of: [])) })
}
