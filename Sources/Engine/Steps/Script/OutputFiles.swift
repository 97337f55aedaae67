import Model
import OCI
import SystemPackage

/// The files by which a step hands on values, in the attempt's own directory: outputs, secret outputs, environment of later steps.
enum OutputFiles {
  static let outputs = "output.env"
  static let secretOutputs = "output-secret.env"
  static let exports = "export.env"

  /// The variables that tell a step where they are.
  static let variables: [(name: String, file: String)] = [
    ("HARNESS_OUTPUT_FILE", outputs), ("DRONE_OUTPUT", outputs), ("HARNESS_OUTPUT_SECRET_FILE", secretOutputs),
    ("DRONE_ENV", exports), ("PLUGIN_ARTIFACT_FILE", "artifact.json"),
    ("HARNESS_ARTIFACT_FILE_PATH", "harness-artifact.json"), ("HARNESS_ANNOTATIONS_FILE", "annotations.json"),
  ]

  struct Collected {
    let outputs: [String: String]
    let secrets: Set<String>
    /// For the environment of the stage's later steps.
    let exports: [String: String]
  }

  /// What the step left: the declared variables, or everything in the output file when none is declared.
  ///
  /// - Throws: ``StepFailure`` for a value that is longer than Harness takes.
  static func collect(_ declared: [RunStep.OutputVariable], in scratch: FilePath) throws -> Collected {
    var outputs = try OutputFile.parse(text(scratch.appending(Self.outputs)) ?? "")
    let secretOutputs = try OutputFile.parse(text(scratch.appending(Self.secretOutputs)) ?? "")
    var secrets = Set(secretOutputs.keys)
    if !declared.isEmpty {
      let names = Set(declared.map(\.name))
      outputs = outputs.filter { names.contains($0.key) }
      for variable in declared {
        if let value = try text(scratch.appending(ScratchDirectories.outputs).appending(variable.name)) {
          try OutputFile.checkLength(of: value, name: variable.name)
          outputs[variable.name] = value
        }
        if variable.isSecret { secrets.insert(variable.name) }
      }
    }
    return Collected(
      outputs: outputs.merging(secretOutputs) { $1 }, secrets: secrets,
      exports: try OutputFile.parse(text(scratch.appending(Self.exports)) ?? ""))
  }

  private static func text(_ path: FilePath) throws -> String? {
    // Nothing was written there.
    guard let status = try? FileStatus(of: path), status.kind == .file else { return nil }
    guard status.size <= 16 << 20 else {
      throw StepFailure(.configuration, "\(path.lastComponent?.string ?? "an output") is larger than 16 MiB")
    }
    var bytes = [UInt8]()
    try FileReader(opening: path).readAll { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
