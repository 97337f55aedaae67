import FoundationEssentials
import SystemPackage

/// What the commands ask the file system about paths that users give.
enum FileSystem {
  static func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

  static func isDirectory(_ path: FilePath) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory) && isDirectory
  }
}

extension Surroundings {
  /// A path as short as it can be shown: relative to where the user is, if it lies below.
  func shown(_ path: FilePath) -> String {
    var copy = path
    return copy.removePrefix(currentDirectory) && !copy.isEmpty ? copy.string : path.string
  }
}
