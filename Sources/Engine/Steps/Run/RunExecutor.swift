package import Model
import OCI
import SystemPackage

/// `Run`: a script, on this machine or in a container.
///
/// Without an image it runs on the machine, as Harness does for its Cloud and Docker runtimes; on Kubernetes infrastructure an image
/// is required. Either way the workspace is at `/harness`, and that is where the script starts.
package struct RunExecutor: StepExecutor {
  /// Where a container sees the attempt's own directory.
  private static let containerScratch: FilePath = "/tmp/engine"

  private let sandbox: any Sandbox
  private let containers: any ContainerRoots
  /// What a step on the machine itself inherits: PATH, HOME and the like.
  private let hostEnvironment: [String: String]

  package init(sandbox: any Sandbox, containers: any ContainerRoots, hostEnvironment: [String: String]) {
    self.sandbox = sandbox
    self.containers = containers
    self.hostEnvironment = hostEnvironment
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .run = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .run(let step) = execution.step.spec else {
      preconditionFailure("a step that is no run step came to its executor")
    }
    let process = try await self.process(for: step, execution)
    let exit = try await sandbox.run(process, output: execution.output)
    let (outputs, secrets) = try collect(step.outputVariables, in: execution.scratch)
    let result: StepResult.Outcome = exit.isSuccess ? .succeeded : .failed(.unknown)
    let message: String? =
      switch exit {
      case .exited(code: 0): nil
      case .exited(let code): "exited with code \(code)"
      case .killed(let signal): "killed by signal \(signal)"
      }
    return StepResult(
      result, exitCode: exit.shellCode, message: message, outputs: outputs, secretOutputs: secrets)
  }

  /// What carries out the step: the script, where it runs, and what it finds in its environment.
  package func process(for step: RunStep, _ execution: StepExecution) async throws -> SandboxedProcess {
    let outputDirectory = execution.scratch.appending("outputs")
    try outputDirectory.createDirectories()
    let image = try step.image.map(execution.evaluator.render).flatMap { $0.isEmpty ? nil : $0 }
    let scratch = image == nil ? execution.scratch : Self.containerScratch
    guard let command = step.command else {
      throw StepFailure(
        .configuration,
        "a Run step without a command, which would start the image's own entrypoint, is not run by this version")
    }
    let script = RunScript(
      try execution.evaluator.render(command), shell: try execution.evaluator.word(step.shell, field: "shell"),
      outputs: step.outputVariables,
      outputDirectory: scratch.appending("outputs"))
    var environment = execution.environment
    for entry in step.environment { environment[entry.name] = try execution.evaluator.render(entry.value) }
    for name in ["HARNESS_OUTPUT_FILE", "DRONE_OUTPUT"] { environment[name] = scratch.appending("output.env").string }
    environment["HARNESS_OUTPUT_SECRET_FILE"] = scratch.appending("output-secret.env").string

    if let image {
      return try await container(image, script, environment, step, execution)
    }
    if execution.infrastructure == .kubernetes {
      throw StepFailure(
        .configuration, "on Kubernetes infrastructure a Run step needs an image: add 'image' and 'connectorRef'")
    }
    return SandboxedProcess(
      script.arguments, environment: hostEnvironment.merging(environment) { $1 },
      workingDirectory: Workspace.mountPoint,
      mounts: [.init(.bind(execution.workspace.directory, isReadOnly: false), at: Workspace.mountPoint)])
  }

  private func container(
    _ image: String, _ script: RunScript, _ environment: [String: String], _ step: RunStep, _ execution: StepExecution
  ) async throws -> SandboxedProcess {
    let reference: ImageReference
    do { reference = try ImageReference(image) } catch {
      throw StepFailure(.configuration, "'\(image)' is no image reference")
    }
    // The process may be anybody's; on this machine the directory above keeps others out.
    for directory in [execution.scratch, execution.scratch.appending("outputs")] {
      try FileTree.setMode(0o777, of: directory)
    }
    let root = try await containers.root(of: reference, output: execution.output)
    let upper = execution.scratch.appending("upper")
    let work = execution.scratch.appending("work")
    try upper.createDirectories()
    try work.createDirectories()
    let inherited = (root.configuration.config.env).reduce(into: [String: String]()) { result, entry in
      guard let equals = entry.firstIndex(of: "=") else { return }
      result[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
    }
    var user: SandboxedProcess.User?
    if let text = step.runAsUser, case let written = try execution.evaluator.render(text), !written.isEmpty {
      guard let identifier = UInt32(written) else {
        throw StepFailure(.configuration, "runAsUser must be a numeric user id, and is '\(written)'")
      }
      user = .init(userID: identifier, groupID: identifier)
    }
    return SandboxedProcess(
      script.arguments,
      environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"]
        .merging(inherited) { $1 }.merging(environment) { $1 },
      workingDirectory: Workspace.mountPoint,
      root: .overlay(.init(lowerDirectories: root.lowerDirectories, upperDirectory: upper, workDirectory: work)),
      mounts: [
        .init(.bind(execution.workspace.directory, isReadOnly: false), at: Workspace.mountPoint),
        .init(.bind(execution.scratch, isReadOnly: false), at: Self.containerScratch),
      ],
      user: user,
      isPrivileged: try execution.evaluator.bool(step.isPrivileged, field: "privileged") ?? false)
  }

  /// What the step left as outputs: the declared variables, or everything in the output file when none is declared.
  private func collect(
    _ declared: [RunStep.OutputVariable], in scratch: FilePath
  ) throws -> (outputs: [String: String], secrets: Set<String>) {
    var outputs = try OutputFile.parse(text(scratch.appending("output.env")) ?? "")
    let secretOutputs = try OutputFile.parse(text(scratch.appending("output-secret.env")) ?? "")
    var secrets = Set(secretOutputs.keys)
    if !declared.isEmpty {
      let names = Set(declared.map(\.name))
      outputs = outputs.filter { names.contains($0.key) }
      for variable in declared {
        if let value = try text(scratch.appending("outputs").appending(variable.name)) {
          outputs[variable.name] = value
        }
        if variable.isSecret { secrets.insert(variable.name) }
      }
    }
    return (outputs.merging(secretOutputs) { $1 }, secrets)
  }

  private func text(_ path: FilePath) throws -> String? {
    guard let status = try? FileStatus(of: path), status.kind == .file else { return nil }
    guard status.size <= 16 << 20 else {
      throw StepFailure(.configuration, "\(path.lastComponent?.string ?? "an output") is larger than 16 MiB")
    }
    var bytes = [UInt8]()
    try FileReader(opening: path).readAll { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
