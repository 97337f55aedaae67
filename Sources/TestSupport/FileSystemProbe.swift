import FoundationEssentials
import SystemPackage

enum FileSystemProbe {
  static func isDirectory(_ path: FilePath) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path.string, isDirectory: &isDirectory) && isDirectory
  }

  static func isExecutable(_ path: FilePath) -> Bool {
    FileManager.default.isExecutableFile(atPath: path.string)
  }
}
