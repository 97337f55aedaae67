import Model
import OCI
import SystemPackage

/// Makes and runs the processes of steps: on this machine, or in a container.
///
/// Without an image a step runs on the machine, as Harness does for its Cloud and Docker runtimes; on Kubernetes infrastructure an image
/// is required. Either way the workspace is at `/harness`, and that is where the process starts.
package struct StepProcesses: Sendable {
  /// Where a container sees the attempt's own directory.
  static let containerScratch: FilePath = "/tmp/engine"

  let sandbox: any Sandbox
  private let containers: any ContainerRoots
  /// What a step on the machine itself inherits: PATH, HOME and the like.
  private let hostEnvironment: [String: String]
  private let notices = SaidOnce()

  package init(sandbox: any Sandbox, containers: any ContainerRoots, hostEnvironment: [String: String]) {
    self.sandbox = sandbox
    self.containers = containers
    self.hostEnvironment = hostEnvironment
  }

  func run(_ program: StepProgram, for execution: StepExecution) async throws -> ProcessExit {
    try await sandbox.run(try await process(program, for: execution), output: execution.output)
  }

  /// - Parameter scratch: a directory that lives as long as the process; the attempt's own unless another one is given.
  func process(
    _ program: StepProgram, for execution: StepExecution, scratch: FilePath? = nil
  ) async throws -> SandboxedProcess {
    let scratch = scratch ?? execution.scratch
    try scratch.appending(ScratchDirectories.outputs).createDirectories()
    let image = try program.container.image.map(execution.evaluator.render).flatMap { $0.isEmpty ? nil : $0 }
    let seen = image == nil ? scratch : Self.containerScratch
    var environment = execution.environment
    environment.merge(program.settings) { $1 }
    for entry in program.environment { environment[entry.name] = try execution.evaluator.render(entry.value) }
    for (name, file) in OutputFiles.variables { environment[name] = seen.appending(file).string }
    environment["HARNESS_SCRATCH_DIR"] = seen.string

    guard let image else {
      return try hostProcess(program, environment, execution, scratch: scratch)
    }
    return try await container(image, program, environment, execution, scratch: scratch)
  }

  private func hostProcess(
    _ program: StepProgram, _ environment: [String: String], _ execution: StepExecution, scratch: FilePath
  ) throws -> SandboxedProcess {
    let type = execution.step.type
    if execution.infrastructure == .kubernetes, case .script = program.command {
      throw StepFailure(
        .configuration,
        "on Kubernetes infrastructure a \(type) step needs an image: add 'image' and 'connectorRef'")
    }
    guard let arguments = try arguments(of: program, execution, scratch: scratch, seenAs: scratch) else {
      throw StepFailure(.configuration, "a \(type) step needs a command or an image")
    }
    return SandboxedProcess(
      arguments, environment: hostEnvironment.merging(environment) { $1 }, workingDirectory: Workspace.mountPoint,
      mounts: [
        SandboxedProcess.Mount(.bind(execution.workspace.directory, isReadOnly: false), at: Workspace.mountPoint)
      ]
        + SharedPaths.hostMounts(execution.sharedPaths))
  }

  private func container(
    _ image: String, _ program: StepProgram, _ environment: [String: String], _ execution: StepExecution,
    scratch: FilePath
  ) async throws -> SandboxedProcess {
    let reference: ImageReference
    do { reference = try ImageReference(image) } catch {
      throw StepFailure(.configuration, "'\(image)' is no image reference")
    }
    // The process may be anybody's; on this machine the directory above keeps others out.
    for directory in [scratch, scratch.appending(ScratchDirectories.outputs)] {
      try FileTree.setMode(0o777, of: directory)
    }
    let limits = try ResourceLimits.limits(program.container.resources?.limits, evaluator: execution.evaluator)
    for obstacle in limits.map(sandbox.obstacles) ?? [] where notices.isNew(obstacle) {
      try await execution.output.line("slipway: \(obstacle)")
    }
    let root = try await containers.root(
      of: reference, policy: try pullPolicy(program.container, reference, execution.evaluator),
      output: execution.output)
    let upper = scratch.appending("upper")
    let work = scratch.appending("work")
    try upper.createDirectories()
    try work.createDirectories()
    let configuration = root.configuration.config
    let user = try containerUser(program.container, root, execution)
    if user != nil { try FileTree.setMode(0o777, of: execution.workspace.directory) }
    let arguments: [String]
    if let own = try self.arguments(of: program, execution, scratch: scratch, seenAs: Self.containerScratch) {
      arguments = own
    } else {
      arguments = (configuration.entrypoint ?? []) + (program.command.imageArguments ?? configuration.cmd ?? [])
      guard !arguments.isEmpty else {
        throw StepFailure(
          .configuration, "the image \(image) has neither an entrypoint nor a command: give the step one")
      }
    }
    return SandboxedProcess(
      arguments,
      environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"]
        .merging(Self.variables(configuration.env)) { $1 }.merging(environment) { $1 },
      workingDirectory: Workspace.mountPoint,
      root: .overlay(.init(lowerDirectories: root.lowerDirectories, upperDirectory: upper, workDirectory: work)),
      mounts: [
        SandboxedProcess.Mount(.bind(execution.workspace.directory, isReadOnly: false), at: Workspace.mountPoint),
        SandboxedProcess.Mount(.bind(scratch, isReadOnly: false), at: Self.containerScratch),
      ] + SharedPaths.containerMounts(execution.sharedPaths),
      user: user,
      isPrivileged: try execution.evaluator.bool(program.container.isPrivileged, field: "privileged") ?? false,
      hostNames: execution.services.names, limits: limits)
  }

  /// Without a word in the file, as Kubernetes has it: what may change under its name is asked for anew.
  private func pullPolicy(
    _ container: StepContainer, _ reference: ImageReference, _ evaluator: StepEvaluator
  ) throws -> StepContainer.PullPolicy {
    if let written = container.pullPolicy { return try evaluator.word(written, field: "imagePullPolicy") }
    let mayChange = reference.digest == nil && (reference.tag ?? "latest") == "latest"
    return mayChange ? .always : .ifNotPresent
  }

  /// Nil where the image's own are wanted.
  private func arguments(
    of program: StepProgram, _ execution: StepExecution, scratch: FilePath, seenAs seen: FilePath
  ) throws -> [String]? {
    switch program.command {
    case .image(let entrypoint, let arguments): return entrypoint.isEmpty ? nil : entrypoint + arguments
    case .program(let arguments): return arguments
    case .script(let command, let shell, let outputs):
      let script = StepScript(
        command, shell: shell, outputs: outputs, outputDirectory: seen.appending(ScratchDirectories.outputs))
      guard script.needsFile || execution.evaluator.holdsSecret(script.text) else { return script.arguments }
      let file = scratch.appending("script")
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      _ = try descriptor.closeAfter { try descriptor.writeAll(script.text.utf8) }
      return script.arguments(readingFrom: seen.appending("script"))
    }
  }

  private func containerUser(
    _ container: StepContainer, _ root: ContainerRoot, _ execution: StepExecution
  ) throws -> SandboxedProcess.User? {
    if let text = container.runAsUser, case let written = try execution.evaluator.render(text), !written.isEmpty {
      guard let identifier = UInt32(written) else {
        throw StepFailure(.configuration, "runAsUser must be a numeric user id, and is '\(written)'")
      }
      return .init(userID: identifier, groupID: identifier)
    }
    guard let written = root.configuration.config.user, !written.isEmpty else { return nil }
    return try ImageUser(written, in: root.lowerDirectories).user
  }

  private static func variables(_ entries: [String]) -> [String: String] {
    entries.reduce(into: [:]) { result, entry in
      guard let equals = entry.firstIndex(of: "=") else { return }
      result[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
    }
  }
}
