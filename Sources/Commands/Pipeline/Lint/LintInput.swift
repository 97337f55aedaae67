import FoundationEssentials
import Glibc
import PipelineFile
import SystemPackage

/// One file to be checked, read.
struct LintInput: Sendable {
  /// As the user knows it.
  let name: String
  /// Absolute; nil for standard input.
  let path: FilePath?
  let source: SourceText

  /// Everything that the arguments mean: files, the pipelines in directories, and `-`.
  ///
  /// - Returns: what could be read, each file once, and what is wrong with the rest.
  static func all(_ arguments: [String], _ surroundings: Surroundings) -> (inputs: [LintInput], problems: [String]) {
    var inputs = [LintInput]()
    var problems = [String]()
    var seen = Set<FilePath>()
    func add(_ path: FilePath, _ name: String, isNamed: Bool) {
      guard seen.insert(path).inserted else { return }
      do {
        let source = try SourceText(reading: path, name: name)
        if isNamed || PipelineReader.isPipeline(source) {
          inputs.append(LintInput(name: name, path: path, source: source))
        }
      } catch {
        problems.append(error.message)
      }
    }
    for argument in arguments {
      if argument == "-" {
        do {
          inputs.append(LintInput(name: "<stdin>", path: nil, source: try SourceText(readingStandardInput: "<stdin>")))
        } catch {
          problems.append(error.message)
        }
        continue
      }
      let path = surroundings.absolute(FilePath(argument))
      guard FileSystem.isDirectory(path) else {
        add(path, argument, isNamed: true)
        continue
      }
      let count = inputs.count
      for file in yamlFiles(in: path) {
        add(path.appending(file), FilePath(argument).appending(file).string, isNamed: false)
      }
      if inputs.count == count { problems.append("there is no pipeline in \(argument)") }
    }
    return (inputs, problems)
  }

  /// The file as it is now.
  func reread() throws -> LintInput {
    guard let path else { return self }
    do {
      return LintInput(name: name, path: path, source: try SourceText(reading: path, name: name))
    } catch {
      throw CommandFailure(.usage, error.message)
    }
  }

  /// Relative to the directory, sorted; hidden directories other than `.harness`, and links to directories, are left alone.
  private static func yamlFiles(in directory: FilePath, below prefix: String = "") -> [String] {
    // A directory that cannot be listed holds no pipelines that could be checked.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
    return names.sorted().flatMap { name -> [String] in
      let path = directory.appending(name)
      if FileSystem.isDirectory(path) {
        if name.hasPrefix("."), name != ".harness" { return [] }
        return isLink(path) ? [] : yamlFiles(in: path, below: prefix + name + "/")
      }
      return ["yaml", "yml"].contains(path.extension ?? "") ? [prefix + name] : []
    }
  }

  private static func isLink(_ path: FilePath) -> Bool {
    var status = stat()
    return path.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
