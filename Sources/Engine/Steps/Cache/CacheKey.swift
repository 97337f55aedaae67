import Model
import OCI
import SystemPackage

/// The key of a cache: a Go template, as Harness's cache plugin renders it.
///
/// `{{ checksum "go.sum" }}` is the SHA-256 of a file of the workspace in hexadecimal; `{{ arch }}`, `{{ os }}`, `{{ epoch }}`, and of the
/// fields `.Commit.Branch`, `.Commit.Sha`, `.Build.Number`, `.Repo.Name` are known besides.
struct CacheKey {
  let workspace: Workspace
  let branch: String?
  let commit: String?
  let buildNumber: Int
  let repository: String?
  let now: Timestamp

  /// - Throws: ``StepFailure`` for what is no template, for an unknown function, and for a file that is not there.
  func render(_ template: String) throws -> String {
    var result = ""
    var rest = template[...]
    while let start = rest.firstRange(of: "{{") {
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
        throw StepFailure(.configuration, "key: '{{' is not closed in '\(template)'")
      }
      result += try value(of: rest[start.upperBound..<end.lowerBound], in: template)
      rest = rest[end.upperBound...]
    }
    result += rest
    guard !result.isEmpty else { throw StepFailure(.configuration, "key is empty") }
    return result
  }

  private func value(of action: Substring, in template: String) throws -> String {
    // `{{- … -}}` trims around it, where a key has nothing to trim.
    let words = Self.words(of: action)
    switch words.first {
    case "checksum" where words.count == 2: return try checksum(words[1])
    case "arch" where words.count == 1: return Self.architecture
    case "os" where words.count == 1: return "linux"
    case "epoch" where words.count == 1: return String(now.seconds)
    case ".Commit.Branch", ".CommitBranch": return branch ?? ""
    case ".Commit.Sha", ".CommitSha": return commit ?? ""
    case ".Build.Number", ".BuildNumber": return String(buildNumber)
    case ".Repo.Name", ".RepoName": return repository ?? ""
    default:
      throw StepFailure(
        .configuration,
        "key: '{{\(action)}}' in '\(template)' is not known here: checksum \"FILE\", arch, os, epoch, .Commit.Branch, .Commit.Sha, .Build.Number and .Repo.Name are"
      )
    }
  }

  private func checksum(_ name: String) throws -> String {
    let path: FilePath
    do { path = try workspace.resolve(name) } catch {
      throw StepFailure(.configuration, "key: checksum: \(error.message)")
    }
    guard let status = try? FileStatus(of: path), status.kind == .file else {
      throw StepFailure(.configuration, "key: there is no file '\(name)' in the workspace to take the checksum of")
    }
    return try Digest.ofFile(at: path).digest.hex
  }

  /// Words between spaces; those in quotes without them.
  private static func words(of action: Substring) -> [String] {
    var words = [String]()
    var current = ""
    var quote: Character?
    for character in action {
      if let open = quote {
        if character == open { quote = nil } else { current.append(character) }
      } else if character == "\"" || character == "`" {
        quote = character
      } else if character.isWhitespace || character == "-" && current.isEmpty {
        if !current.isEmpty { words.append(current) }
        current = ""
      } else {
        current.append(character)
      }
    }
    return current.isEmpty ? words : words + [current]
  }

  private static var architecture: String { Platform.host.architecture }
}

extension CacheKey {
  init(for execution: StepExecution, now: Timestamp) {
    self.init(
      workspace: execution.workspace, branch: execution.codebase?.branch, commit: execution.codebase?.commit,
      buildNumber: execution.run.sequenceID,
      repository: (execution.codebase?.remote ?? execution.codebase?.directory)?.split(separator: "/").last.map(
        String.init),
      now: now)
  }
}
