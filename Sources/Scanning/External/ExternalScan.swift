import Engine
import Model
import OCI
import SystemPackage

/// One run of a scanner by other people over an image archive.
///
/// The archive is hashed before and after, since it is the other program that reads it: what is reported is then about
/// the very bytes whose digest is reported.
struct ExternalScan {
  /// How the program is called, in messages.
  let name: String
  let archive: FilePath
  let runner: any CommandRunner
  let environment: [String: String]
  let workingDirectory: FilePath

  /// What the archive holds, and its digest.
  struct Subject {
    let archiveDigest: Digest
    let manifestDigest: Digest
    let configurationDigest: Digest
  }

  /// - Throws: `ScanError` of the code `unreadableArchive`.
  @concurrent
  func subject(in blobs: BlobStore) async throws -> Subject {
    do {
      let contents = try ImageArchive.read(from: archive, into: blobs)
      return Subject(
        archiveDigest: contents.archiveDigest, manifestDigest: contents.image.digest,
        configurationDigest: try blobs.manifest(of: contents.image).config.digest)
    } catch let error as OCIError {
      throw ScanError(.unreadableArchive, "“\(archive)” can't be scanned: \(error.message).", cause: error)
    }
  }

  /// - Throws: `ScanError` of the code `changedWhileReading` when the archive isn't `subject` any more.
  @concurrent
  func checkUnchanged(_ subject: Subject) async throws {
    let now: Digest?
    do {
      now = try Digest.ofFile(at: archive).digest
    } catch let error as OCIError where error.code == .notFound {
      now = nil
    }
    guard now == subject.archiveDigest else {
      throw ScanError(
        .changedWhileReading,
        "“\(archive)” was changed while \(name) read it: it was \(subject.archiveDigest) and is "
          + (now.map(\.description) ?? "gone") + ".")
    }
  }

  /// - Throws: `ScanError` of the code `scannerFailed` when the program can't be started.
  func run(_ arguments: [String]) async throws -> CommandResult {
    do {
      return try await runner.run(arguments, environment: environment, workingDirectory: workingDirectory)
    } catch let error as CommandError {
      throw ScanError(.scannerFailed, "\(name) could not be run: \(error.message)", cause: error)
    }
  }

  /// The bytes of a report that the program wrote.
  @concurrent
  func report(at path: FilePath) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      try FileReader(opening: path).readAll { piece in
        guard bytes.count + piece.count <= Self.largestReport else {
          throw ScanError(.scannerFailed, "\(name) wrote a report of more than \(Self.largestReport >> 20) MiB.")
        }
        bytes.append(contentsOf: piece)
      }
    } catch let error as OCIError {
      throw ScanError(.scannerFailed, "\(name) wrote no report: \(error.message).", cause: error)
    }
    return bytes
  }

  /// Reports have a few megabytes; this is far above what a real image makes.
  private static let largestReport = 256 << 20

  /// The last lines of what the program had to say, for a message.
  static func lastWords(_ result: CommandResult) -> String {
    let said = result.standardError.isEmpty ? result.standardOutput : result.standardError
    let lines = said.split(separator: UInt8(ascii: "\n")).suffix(3).map { String(decoding: $0, as: UTF8.self) }
    return lines.isEmpty ? "it printed nothing" : lines.joined(separator: " / ")
  }

  static func ending(_ exit: ProcessExit) -> String {
    switch exit {
    case .exited(let code): "exit code \(code)"
    case .killed(let signal): "signal \(signal)"
    case .outOfMemory(let code): "exit code \(code), out of memory"
    }
  }
}
