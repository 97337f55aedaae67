import Model
import SystemPackage

/// A step's command as its shell gets it.
///
/// Scripts stop at their first failing command. Behind the command stand lines that write each declared output variable to a file of
/// its own, so that a value may hold anything; as on Harness, a script that calls `exit` early never reaches them.
struct StepScript: Hashable {
  /// What the kernel lets one argument have (MAX_ARG_STRLEN), with room to spare.
  private static let longestArgument = 100_000

  let text: String
  let shell: RunStep.Shell

  /// - Parameter outputDirectory: as the process sees it.
  init(_ command: String, shell: RunStep.Shell, outputs: [RunStep.OutputVariable], outputDirectory: FilePath) {
    self.shell = shell
    let lines = outputs.map { output in
      let file = outputDirectory.appending(output.name)
      return switch shell {
      case .sh, .bash: "printf '%s' \"$\(output.source)\" > '\(file)'"
      case .python: "open('\(file)', 'w').write(__import__('os').environ.get('\(output.source)', ''))"
      case .pwsh, .powershell: "[IO.File]::WriteAllText('\(file)', \"$Env:\(output.source)\")"
      }
    }
    let first: [String] =
      switch shell {
      case .sh, .bash: ["set -e"]
      case .python: []
      case .pwsh, .powershell: ["$ErrorActionPreference = 'Stop'"]
      }
    text = (first + [command] + lines).joined(separator: "\n")
  }

  /// Whether it is too long for a command line.
  var needsFile: Bool { text.utf8.count > Self.longestArgument }

  /// The process with the script on its command line, as Harness starts it.
  var arguments: [String] {
    switch shell {
    case .sh: ["sh", "-c", text]
    case .bash: ["bash", "-c", text]
    case .python: ["python3", "-c", text]
    case .pwsh: ["pwsh", "-Command", text]
    case .powershell: ["powershell", "-Command", text]
    }
  }

  /// The same with the script in a file: what holds a secret must not stand in the list of processes, which everybody may read.
  func arguments(readingFrom file: FilePath) -> [String] {
    let name = "'" + file.string.replacing("'", with: shell == .python ? "\\'" : "'\\''") + "'"
    return switch shell {
    case .sh: ["sh", "-c", ". \(name)"]
    case .bash: ["bash", "-c", ". \(name)"]
    case .python: ["python3", "-c", "exec(compile(open(\(name), encoding='utf-8').read(), '<script>', 'exec'))"]
    case .pwsh: ["pwsh", "-Command", ". ([ScriptBlock]::Create([IO.File]::ReadAllText(\(name))))"]
    case .powershell: ["powershell", "-Command", ". ([ScriptBlock]::Create([IO.File]::ReadAllText(\(name))))"]
    }
  }
}
