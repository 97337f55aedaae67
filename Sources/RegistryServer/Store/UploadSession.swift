import Glibc
import Model
import OCI
import SystemPackage

/// An upload that has begun and is neither finished nor cancelled.
struct UploadSession: Sendable {
  let identifier: String
  let repository: RepositoryName
  fileprivate let directory: Directory
  fileprivate var data: FilePath { directory.path.appending("data") }
  fileprivate var owner: LinkFile { LinkFile(path: directory.path.appending("repository")) }

  /// Bytes received so far.
  func size() throws -> Int64 {
    do {
      return try FileStatus(of: data).size
    } catch Errno.noSuchFileOrDirectory {
      throw unknown
    } catch {
      throw RegistryServerError(error, "look at “\(data)”")
    }
  }

  /// Opens the received bytes for more. One writer at a time: a second one is refused.
  func open() throws -> UploadFile {
    do {
      return try UploadFile(path: data)
    } catch Errno.noSuchFileOrDirectory {
      throw unknown
    }
  }

  fileprivate var unknown: RegistryServerError {
    RegistryServerError(.blobUploadUnknown, "repository “\(repository)” has no upload “\(identifier)”")
  }
}

/// The bytes of one upload, opened for appending.
final class UploadFile {
  private let path: FilePath
  private let descriptor: FileDescriptor
  private(set) var size: Int64

  fileprivate init(path: FilePath) throws {
    self.path = path
    descriptor = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
    do {
      guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
        throw RegistryServerError(.blobUploadInvalid, "another request is writing to this upload")
      }
      size = try descriptor.seek(offset: 0, from: .end)
    } catch {
      // The file is not written yet, so closing has nothing to report.
      try? descriptor.close()
      throw error
    }
  }

  deinit {
    // The bytes count only once they are read back and hashed, so a failed close is found there.
    try? descriptor.close()
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      try descriptor.writeAll(bytes)
      size += Int64(bytes.count)
    } catch let errno as Errno {
      throw RegistryServerError(errno, "write “\(path)”")
    }
  }

  /// Forgets what came after the first `size` bytes.
  func truncate(to size: Int64) throws {
    guard ftruncate(descriptor.rawValue, Int(size)) == 0 else {
      throw RegistryServerError(Errno(rawValue: errno), "shorten “\(path)”")
    }
    do {
      try descriptor.seek(offset: size, from: .start)
    } catch let errno as Errno {
      throw RegistryServerError(errno, "shorten “\(path)”")
    }
    self.size = size
  }
}

extension RegistryStore {
  private func uploadDirectory(_ identifier: String) -> Directory {
    Directory(path: directory.appending("uploads").appending(identifier))
  }

  func startUpload(in repository: RepositoryName) throws -> UploadSession {
    let identifier = newIdentifier()
    let session = UploadSession(
      identifier: identifier, repository: repository, directory: uploadDirectory(identifier))
    try LinkFile(path: session.data).touch()
    try session.owner.write(repository.text, by: newTemporaryPath())
    return session
  }

  /// - Throws: ``RegistryServerError`` with `.blobUploadUnknown`, also when the session belongs to another repository.
  func upload(_ identifier: String, in repository: RepositoryName) throws -> UploadSession {
    let session = UploadSession(
      identifier: identifier, repository: repository, directory: uploadDirectory(identifier))
    // The identifier comes from the client, and becomes part of a path.
    let isIdentifier =
      !identifier.isEmpty && identifier.utf8.count <= 64
      && identifier.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    guard isIdentifier, try session.owner.read() == repository.text else { throw session.unknown }
    return session
  }

  /// Makes a blob of what was uploaded, shows it in the repository and forgets the session.
  ///
  /// - Throws: ``RegistryServerError`` with `.digestInvalid`; the session is forgotten then too, since its bytes are wrong.
  func finish(_ session: UploadSession, expecting digest: Digest) throws {
    let writer = try blobs.makeWriter()
    try FileReader(opening: session.data).readAll { try writer.write($0) }
    do {
      try commit(writer, expecting: digest, in: session.repository)
    } catch let error as RegistryServerError where error.code == .digestInvalid {
      try cancel(session)
      throw error
    }
    try cancel(session)
  }

  func cancel(_ session: UploadSession) throws {
    try LinkFile(path: session.data).remove()
    try session.owner.remove()
    try session.directory.removeEmpty()
  }
}
