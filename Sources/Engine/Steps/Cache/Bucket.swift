import Model
import OCI
package import SystemPackage

/// The directory that stands for a bucket of an object store: objects by key, each whole or absent.
package struct Bucket: Hashable, Sendable {
  /// How messages call it: "s3://my-bucket".
  package let name: String
  package let directory: FilePath

  /// - Parameters:
  ///   - scheme: `s3`, `gcs`, `azure`, `artifactory`, `har`, `harness`.
  ///   - buckets: the directory of all of them.
  /// - Throws: ``StepFailure`` for a name that no bucket can have.
  package init(_ name: String, scheme: String, in buckets: FilePath) throws {
    self.name = "\(scheme)://\(name)"
    directory = try Self.append(name, to: buckets.appending(scheme), what: "bucket")
  }

  /// Where an object lies, or would.
  ///
  /// - Throws: ``StepFailure`` for a key that is empty or climbs.
  package func path(of key: String) throws -> FilePath {
    try Self.append(key, to: directory, what: "key")
  }

  /// Stores a file, in the place of one that was there.
  package func store(_ file: FilePath, as key: String) throws {
    let destination = try path(of: key)
    try destination.removingLastComponent().createDirectories()
    let temporary = FilePath(destination.string + ".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
    do {
      try FileTree.copyDurably(file, to: temporary)
      try FileTree.rename(temporary, to: destination)
    } catch {
      FileTree.remove(temporary)
      throw error
    }
  }

  private static func append(_ name: String, to directory: FilePath, what: String) throws -> FilePath {
    let parts = name.split(separator: "/").map(String.init)
    var path = directory
    for part in parts {
      guard let component = FilePath.Component(part), component.kind == .regular, !part.contains("\0") else {
        throw StepFailure(.configuration, "'\(name)' cannot be a \(what)")
      }
      path.append(component)
    }
    guard !parts.isEmpty else { throw StepFailure(.configuration, "the \(what) is empty") }
    return path
  }
}
