import Glibc
import Synchronization
import SystemPackage

/// The servers that are running: one for each set of mounts that processes share.
final class SandboxServers: Sendable {
  /// A set of mounts, and which files and directories it means: at the same path there may be others later.
  private struct Key: Hashable {
    struct Source: Hashable {
      let device: UInt64
      let inode: UInt64
    }

    let options: [String]
    let sources: [Source?]
  }

  private struct Entry {
    let key: Key
    let server: SandboxServer
  }

  /// More stages than these at the same time have their mounts made anew when they come back to them.
  private static let limit = 8

  private let helper: SandboxHelper
  /// The one that was used last comes last.
  private let entries = Mutex<[Entry]>([])

  init(helper: SandboxHelper) {
    self.helper = helper
  }

  /// - Parameters:
  ///   - options: the mounts.
  ///   - sources: the files and directories that are named in them.
  func server(options: [String], sources: [FilePath]) throws(SandboxError) -> SandboxServer {
    let key = Key(options: options, sources: sources.map(Self.source))
    return try entries.withLock { entries throws(SandboxError) in
      let entry: Entry
      if let index = entries.firstIndex(where: { $0.key == key }) {
        entry = entries.remove(at: index)
      } else {
        entry = Entry(key: key, server: try SandboxServer(helper, options: options))
        // What it has made goes on; whoever is about to ask it for more still holds it.
        if entries.count == Self.limit { entries.removeFirst() }
      }
      entries.append(entry)
      return entry.server
    }
  }

  /// Forgets a server that does not answer any more.
  func remove(_ server: SandboxServer) {
    entries.withLock { $0.removeAll { $0.server === server } }
  }

  /// Ends all servers.
  func close() {
    let servers = entries.withLock { entries in
      defer { entries = [] }
      return entries.map(\.server)
    }
    for server in servers { server.close() }
  }

  private static func source(_ path: FilePath) -> Key.Source? {
    path.withPlatformString { name in
      var status = stat()
      guard stat(name, &status) == 0 else { return nil }
      return Key.Source(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
  }
}
