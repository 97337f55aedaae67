import Model
import SystemPackage

/// A Run step's command as the process that carries it out.
///
/// Scripts stop at their first failing command. Behind the command stand lines that write each declared output variable to a file of
/// its own, so that a value may hold anything; as on Harness, a script that calls `exit` early never reaches them.
struct RunScript {
  let arguments: [String]

  /// - Parameter outputDirectory: as the process sees it.
  init(_ command: String, shell: RunStep.Shell, outputs: [RunStep.OutputVariable], outputDirectory: FilePath) {
    switch shell {
    case .sh, .bash:
      let lines = outputs.map { "printf '%s' \"$\($0.source)\" > '\(outputDirectory.appending($0.name))'" }
      let script = (["set -e", command] + lines).joined(separator: "\n")
      arguments = [shell == .sh ? "sh" : "bash", "-c", script]
    case .python:
      let lines = outputs.map {
        "open('\(outputDirectory.appending($0.name))', 'w').write(__import__('os').environ.get('\($0.source)', ''))"
      }
      arguments = ["python3", "-c", ([command] + lines).joined(separator: "\n")]
    case .pwsh, .powershell:
      let lines = outputs.map {
        "[IO.File]::WriteAllText('\(outputDirectory.appending($0.name))', \"$Env:\($0.source)\")"
      }
      let script = (["$ErrorActionPreference = 'Stop'", command] + lines).joined(separator: "\n")
      arguments = [shell == .pwsh ? "pwsh" : "powershell", "-Command", script]
    }
  }
}
