import FoundationEssentials
import Model
import SystemPackage

/// Where an overlay finds the input sets that it refers to: among the files that were given, then beside its own.
struct InputSetLibrary {
  private var files: [(file: InputSetFile, source: SourceText)] = []

  /// Adds a file that was given.
  mutating func add(_ file: InputSetFile, _ source: SourceText) { files.append((file, source)) }

  /// The set of that identifier, if there is one for this pipeline or for one that it does not name.
  func inputSet(_ identifier: String, of pipeline: String?, beside directory: FilePath) -> (InputSetFile, SourceText)? {
    files.first { Self.fits($0.file, identifier, pipeline) }
      ?? Self.neighbours(directory).first { Self.fits($0.file, identifier, pipeline) }
  }

  /// The identifiers of all the sets that can be found.
  func names(beside directory: FilePath) -> [String] {
    (files + Self.neighbours(directory)).compactMap(\.file.identifier)
  }

  private static func fits(_ file: InputSetFile, _ identifier: String, _ pipeline: String?) -> Bool {
    guard file.identifier == identifier, case .inputs = file.content else { return false }
    guard let pipeline, let own = file.pipeline?.raw else { return true }
    return pipeline == own
  }

  private static func neighbours(_ directory: FilePath) -> [(file: InputSetFile, source: SourceText)] {
    // A directory that cannot be listed has no input sets to offer, and a file that cannot be read is none of them.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
    return names.sorted().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.compactMap { name in
      guard let source = try? SourceText(reading: directory.appending(name)),
        let file = InputSetFile.read(source).file, file.identifier != nil
      else { return nil }
      return (file, source)
    }
  }
}
