import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

extension StageBuilder {
  /// RUN: a process in the stage's file system, whose changes become a layer.
  func run(_ run: RunInstruction, _ instruction: Instruction) async throws {
    try refuseUnsupported(run, instruction)
    let command = try command(of: run, instruction)
    let mounts = try run.mounts.map { try resolve($0, instruction) }
    let plan = try await planMounts(mounts, script: command.script, instruction)
    let createdBy = "RUN " + argumentsForHistory + command.arguments.joined(separator: " ")
    let key = key(of: run, command, plan)
    if let entry = cached(key) {
      try await announce(instruction, isCached: true)
      add(entry.layer, createdBy: createdBy)
      return
    }
    try await announce(instruction)
    let layer = try await execute(run, command, plan, instruction)
    try build.builder.cache.store(.init(layer: layer), for: key)
    add(layer, createdBy: createdBy)
  }

  struct RunCommand {
    let arguments: [String]
    /// A heredoc that is a program of its own: its file in the container, and its content.
    let script: (path: FilePath, content: [UInt8])?
  }

  private func refuseUnsupported(_ run: RunInstruction, _ instruction: Instruction) throws {
    if run.security == .insecure {
      throw ImageBuildError.unsupported(
        "RUN --security=insecure", at: instruction.span, help: "do what needs such rights outside of the build")
    }
    if !run.devices.isEmpty {
      throw ImageBuildError.unsupported(
        "RUN --device", at: instruction.span, help: "do what needs the device outside of the build")
    }
  }

  private func command(of run: RunInstruction, _ instruction: Instruction) throws -> RunCommand {
    switch run.script {
    case .shell(let text):
      guard !text.isEmpty else { throw emptyCommand(instruction) }
      return RunCommand(arguments: shell + [text], script: nil)
    case .exec(let arguments):
      guard let program = arguments.first, !program.isEmpty else { throw emptyCommand(instruction) }
      return RunCommand(arguments: arguments, script: nil)
    case .executable(let name, let content):
      let path = FilePath("/dev/pipes").appending(name)
      return RunCommand(arguments: [path.string], script: (path, Array(content.utf8)))
    }
  }

  private func emptyCommand(_ instruction: Instruction) -> ImageBuildError {
    .mistake(.invalidWord, "RUN has no command", at: instruction.span, help: "name the command to run")
  }

  // MARK: What the result depends on

  /// The arguments as the history shows them: `|2 A=1 B=2 `.
  private var argumentsForHistory: String {
    let shown = state.variables.arguments.compactMap { argument in argument.value.map { "\(argument.name)=\($0)" } }
    return shown.isEmpty ? "" : "|\(shown.count) \(shown.joined(separator: " ")) "
  }

  private func key(of run: RunInstruction, _ command: RunCommand, _ plan: MountPlan) -> Digest {
    var key = CacheKey("RUN")
    key.add(state.layers.chainID)
    key.add(build.sourceDate)
    key.add(command.arguments)
    key.add(command.script?.content ?? [])
    key.add(state.variables.argumentValues.map { "\($0)=\($1)" }.sorted())
    key.add(state.variables.environment.sorted())
    key.add(state.configuration.config.user ?? "")
    key.add(state.configuration.config.workingDir ?? "/")
    key.add(run.network.rawValue)
    key.add(state.configuration.platform.description)
    key.add(plan.key)
    return key.digest()
  }

  // MARK: The process

  private func execute(
    _ run: RunInstruction, _ command: RunCommand, _ plan: MountPlan, _ instruction: Instruction
  ) async throws -> StageLayer? {
    let directories = build.builder.layers
    let lower = try directories.lowerDirectories(of: state.layers)
    let workspace = try directories.makeWorkspace()
    // After a success the workspace has become a layer, and there is nothing to remove.
    defer { try? DirectoryTree.remove(workspace.path) }
    let process = try await process(run, command, lower: lower, workspace: workspace, instruction)
    let exit = try await withMounts(plan, instruction) { mounts, variables in
      var process = process
      process.mounts = mounts
      process.environment.merge(variables) { _, secret in secret }
      return try await start(process)
    }
    guard exit.isSuccess else { throw failure(of: exit, command, instruction) }

    let writer = try LayerWriter(into: build.builder.store, modificationTime: build.sourceDate)
    try writer.add(overlayUpper: workspace.upper)
    if writer.entryCount == 0 { return nil }
    let layer = StageLayer(try writer.finish())
    // Later steps see the times that they would see if the layer had been unpacked.
    try DirectoryTree.setModificationTimes(of: workspace.upper, to: build.sourceDate)
    try directories.adopt(workspace, as: layer)
    return layer
  }

  private func start(_ process: SandboxedProcess) async throws -> ProcessExit {
    do {
      return try await build.builder.sandbox.run(process, output: build.log.output)
    } catch let error as CancellationError {
      throw error
    } catch let error as ImageBuildError {
      throw error
    } catch {
      throw ImageBuildError(.environment, "the container of RUN could not be started: \(error)", cause: error)
    }
  }

  private func process(
    _ run: RunInstruction, _ command: RunCommand, lower: [FilePath], workspace: LayerDirectories.Workspace,
    _ instruction: Instruction
  ) async throws -> SandboxedProcess {
    let users = try UserDatabase(of: LayeredFileSystem(directories: lower))
    let user: SandboxedProcess.User
    do {
      user = try users.process(state.configuration.config.user ?? "")
    } catch {
      throw unknown(error, instruction)
    }
    var environment: [String: String] = [:]
    for name in GlobalVariables.predefined { environment[name] = build.globals.given[name] }
    environment.merge(state.variables.all) { _, own in own }
    if environment["PATH"] == nil { environment["PATH"] = StageState.defaultPath }
    if environment["HOME"] == nil { environment["HOME"] = users.home(of: user.userID) }
    let overlay = SandboxedProcess.Overlay(
      lowerDirectories: lower, upperDirectory: workspace.upper, workDirectory: workspace.work)
    return SandboxedProcess(
      command.arguments, environment: environment,
      workingDirectory: FilePath(state.configuration.config.workingDir ?? "/"), root: .overlay(overlay), user: user,
      network: run.network == .none ? .none : .host)
  }

  private func failure(of exit: ProcessExit, _ command: RunCommand, _ instruction: Instruction) -> ImageBuildError {
    let how =
      switch exit {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal): "was killed by signal \(signal)"
      case .outOfMemory: "used more memory than it may"
      }
    let shown = instruction.original.split(separator: "\n").first.map(String.init) ?? "RUN"
    let message = "\(shown) \(how)"
    let help = exit == .exited(code: 127) ? "the program was not found in the image" : "its output is above"
    let diagnostic = Diagnostic(.failedCommand, .error, message, at: instruction.span, help: help)
    return ImageBuildError(.commandFailed, ImageBuildError.text(of: diagnostic), diagnostics: [diagnostic])
  }
}
