import Glibc
import OCI
import SystemPackage

/// A directory as the walk found it.
///
/// Changed by one worker at a time only: first by the one that walks it, then, record by record, by those that read its files.
final class WalkedDirectory: @unchecked Sendable {
  /// From the root; empty for the root itself.
  let path: [UInt8]
  /// The same directory in the table of the walk before.
  let known: UInt32?
  var records: [StatTable.Record] = []
  var names: [UInt8] = []
  /// Of the records that are symbolic links.
  var linkTargets: [Int: [UInt8]] = [:]
  /// In the order of the records that are directories.
  var subdirectories: [WalkedDirectory] = []
  /// The records whose content is not known from the walk before.
  var unknown: [Int] = []
  /// Records that were there a moment ago.
  var gone: Set<Int> = []
  /// Sockets, pipes and devices.
  var leftOut: [[UInt8]] = []
  var isGone = false

  init(path: [UInt8], known: UInt32?) {
    self.path = path
    self.known = known
  }

  func name(_ index: Int) -> [UInt8] {
    let record = records[index]
    return Array(names[Int(record.nameOffset)..<Int(record.nameOffset) + Int(record.nameLength)])
  }

  func path(_ index: Int) -> [UInt8] { TreeWalk.join(path, name(index)) }
}

/// Looks at everything in a tree, on all processors.
struct TreeWalk {
  let root: TreeDirectory
  let known: StatTable
  /// Which entries are looked at; nil means all.
  let selection: TreeSelection?

  /// All directories, parents before what is in them; the root first.
  func directories() throws -> [WalkedDirectory] {
    let top = WalkedDirectory(path: [], known: known.directories.isEmpty ? nil : 0)
    var all = [top]
    var level = [top]
    while !level.isEmpty {
      let directories = level
      try ParallelWork.forEach(directories.count, makeState: {}) { index, _ in try walk(directories[index]) }
      level = directories.flatMap(\.subdirectories)
      all += level
    }
    return all
  }

  static func join(_ parent: [UInt8], _ name: [UInt8]) -> [UInt8] {
    parent.isEmpty ? name : parent + [UInt8(ascii: "/")] + name
  }

  private func walk(_ walked: WalkedDirectory) throws {
    guard let directory = try open(walked.path) else {
      if walked.path.isEmpty { throw Errno.noSuchFileOrDirectory }
      walked.isGone = true
      return
    }
    var found = [StatTable.Record]()
    var names = [UInt8]()
    try directory.forEachName { name in
      guard let status = try directory.status(name) else { return }  // Removed by a process that still runs.
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      if let selection, !selection.includes(TreeWalk.join(walked.path, Array(name)), isDirectory: isDirectory) {
        return
      }
      var record = status.record
      switch status.st_mode & S_IFMT {
      case S_IFREG, S_IFDIR, S_IFLNK: break
      default:
        walked.leftOut.append(TreeWalk.join(walked.path, Array(name)))
        return
      }
      record.nameOffset = UInt32(names.count)
      record.nameLength = UInt16(name.count)
      names.append(contentsOf: name)
      found.append(record)
    }
    names.withUnsafeBytes { bytes in
      found.sort { Self.compare(bytes, $0, bytes, $1) < 0 }
    }
    walked.names = names
    walked.records = found
    join(walked, directory)
  }

  private func open(_ path: [UInt8]) throws -> TreeDirectory? {
    do { return try root.openUnlessGone(path) } catch {
      throw OCIError(error, "read the directory “\(FilePath(bytes: path))”")
    }
  }

  /// Takes over what is known of entries that have the same stamp as before.
  private func join(_ walked: WalkedDirectory, _ directory: TreeDirectory) {
    var previous = 0..<0
    if let number = walked.known {
      let range = known.directories[Int(number)]
      previous = Int(range.first)..<Int(range.first + range.count)
    }
    walked.names.withUnsafeBytes { names in
      known.names.withUnsafeBytes { knownNames in
        for index in walked.records.indices {
          let record = walked.records[index]
          var match: StatTable.Record?
          while let candidate = previous.first {
            let order = Self.compare(knownNames, known.records[candidate], names, record)
            if order > 0 { break }
            previous = previous.dropFirst()
            if order == 0 {
              match = known.records[candidate]
              break
            }
          }
          switch record.mode & S_IFMT {
          case S_IFDIR:
            walked.subdirectories.append(
              WalkedDirectory(
                path: walked.path(index), known: match.flatMap { $0.isDirectory ? $0.directory : nil }))
            // Kept until its own lines are known: when they come to the same digest, they are stored already.
            if let match, match.isDirectory { walked.records[index].digest = match.digest }
          case S_IFLNK:
            // One that is gone has no target; another walk would not find it at all.
            if let target = directory.linkTarget(walked.name(index)) {
              walked.linkTargets[index] = target
            } else {
              walked.gone.insert(index)
            }
          default:
            if let match, match.flags & StatTable.Record.isSettled != 0, match.hasStamp(of: record) {
              walked.records[index].digest = match.digest
              walked.records[index].flags |= StatTable.Record.isSettled
            } else {
              walked.unknown.append(index)
            }
          }
        }
      }
    }
  }

  /// By the bytes of the names.
  private static func compare(
    _ leftNames: UnsafeRawBufferPointer, _ left: StatTable.Record, _ rightNames: UnsafeRawBufferPointer,
    _ right: StatTable.Record
  ) -> Int {
    guard let leftStart = leftNames.baseAddress, let rightStart = rightNames.baseAddress else { return 0 }
    let (leftLength, rightLength) = (Int(left.nameLength), Int(right.nameLength))
    let order = memcmp(
      leftStart + Int(left.nameOffset), rightStart + Int(right.nameOffset), min(leftLength, rightLength))
    return order != 0 ? Int(order) : leftLength - rightLength
  }
}

/// Some of a tree: these entries with all that is in them, and the directories that they lie in.
struct TreeSelection: Sendable {
  private let entries: Set<[UInt8]>
  private let ancestors: Set<[UInt8]>
  private let excluded: [UInt8]?

  /// - Parameter excluded: is left out, with all that is in it, wherever it would belong.
  init(_ paths: some Sequence<[UInt8]>, excluding excluded: [UInt8]? = nil) {
    entries = Set(paths)
    self.excluded = excluded
    var ancestors: Set<[UInt8]> = []
    for path in entries {
      var current = path[...]
      while let slash = current.lastIndex(of: UInt8(ascii: "/")) {
        current = current[..<slash]
        if !ancestors.insert(Array(current)).inserted { break }
      }
    }
    self.ancestors = ancestors
  }

  func includes(_ path: [UInt8], isDirectory: Bool) -> Bool {
    if path == excluded { return false }
    if entries.contains(path) || isDirectory && ancestors.contains(path) { return true }
    var current = path[...]
    while let slash = current.lastIndex(of: UInt8(ascii: "/")) {
      current = current[..<slash]
      if entries.contains(Array(current)) { return true }
    }
    return false
  }
}
