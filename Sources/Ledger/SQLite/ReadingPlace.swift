import GRDB
import Glibc
import SystemPackage

/// How the ledger's file has to be opened so that reading it leaves no trace.
struct ReadingPlace {
  private let path: FilePath
  /// What SQLite is told: the path, or a URI.
  let name: String
  /// Whether the connection should be one that could write, and is kept from it by `query_only`: a connection that may not
  /// write leaves `-wal` and `-shm` behind, since only one that may can remove them.
  let isWritable: Bool

  init(of path: FilePath) {
    self.path = path
    name = path.string
    isWritable =
      path.withPlatformString { access($0, W_OK) } == 0
      && path.removingLastComponent().orCurrentDirectory.withPlatformString { access($0, W_OK) } == 0
  }

  private init(unchanging path: FilePath) {
    self.path = path
    name = Self.immutableURI(of: path)
    isWritable = false
  }

  /// In a directory that may not be written, WAL mode needs the files that a writer would have made. Where none are, nobody
  /// is writing, and the file can be taken as it stands.
  /// - Returns: nil when the error means something else.
  func fallback(after error: DatabaseError) -> ReadingPlace? {
    guard !isWritable, [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode),
      FilePath(path.string + "-wal").withPlatformString({ access($0, F_OK) }) != 0
    else { return nil }
    return ReadingPlace(unchanging: path)
  }

  private static func immutableURI(of path: FilePath) -> String {
    let escaped = path.string.utf8.map { byte -> String in
      switch byte {
      case UInt8(ascii: "%"): "%25"
      case UInt8(ascii: "?"): "%3f"
      case UInt8(ascii: "#"): "%23"
      default: String(decoding: [byte], as: UTF8.self)
      }
    }
    return "file:" + escaped.joined() + "?immutable=1"
  }
}

extension FilePath {
  var orCurrentDirectory: FilePath { isEmpty ? "." : self }
}
