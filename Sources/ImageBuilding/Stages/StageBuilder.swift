import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

/// Carries out the instructions of one stage, one after another. Each has its file in `Instructions`.
final class StageBuilder {
  let build: Build
  let stage: BuildStage
  let index: Int
  var state: StageState
  /// Whether the instruction comes from the base image and not from the Dockerfile.
  private var isTrigger = false

  init(_ build: Build, stage: BuildStage, index: Int) {
    self.build = build
    self.stage = stage
    self.index = index
    state = StageState(empty: build.request.platform)
  }

  func run() async throws -> StageState {
    try await from(stage)
    try await runTriggers()
    for instruction in stage.instructions { try await apply(instruction) }
    return state
  }

  private func runTriggers() async throws {
    let triggers = state.configuration.config.onBuild
    state.configuration.config.onBuild = []
    isTrigger = true
    defer { isTrigger = false }
    for trigger in triggers {
      let (instructions, diagnostics) = Dockerfile.parseTrigger(trigger, file: "ONBUILD of \(stage.base)")
      guard let instructions else {
        let reason = diagnostics.first { $0.severity == .error }?.message ?? "it cannot be read"
        throw ImageBuildError.mistake(
          .unsupportedFeature, "the base image has an ONBUILD trigger that is no instruction: \(reason)",
          at: stage.span,
          notes: [trigger], help: "use another base image, or correct the one that it was built from")
      }
      for instruction in instructions { try await apply(instruction) }
    }
  }

  private func apply(_ instruction: Instruction) async throws {
    try Task.checkCancellation()
    switch instruction.action {
    case .add(let add): try await self.add(add, instruction)
    case .copy(let copy): try await self.copy(copy, instruction)
    case .run(let run): try await self.run(run, instruction)
    case .workdir(let path): try await workdir(path, instruction)
    default:
      try await announce(instruction)
      try applyToConfiguration(instruction)
      addHistory(instruction.original, isEmpty: true)
    }
  }

  /// The instructions that change no file.
  private func applyToConfiguration(_ instruction: Instruction) throws {
    switch instruction.action {
    case .arg(let argument): try arg(argument, instruction)
    case .cmd(let command): cmd(command)
    case .entrypoint(let command): entrypoint(command)
    case .env(let assignments): try env(assignments, instruction)
    case .expose(let ports): try expose(ports, instruction)
    case .healthcheck(let check): healthcheck(check)
    case .label(let assignments): try label(assignments, instruction)
    case .maintainer(let name): state.configuration.author = name
    case .onbuild(let onbuild): state.configuration.config.onBuild.append(onbuild.trigger)
    case .shell(let words): state.configuration.config.shell = words
    case .stopsignal(let signal): state.configuration.config.stopSignal = try expand(signal, instruction)
    case .user(let user): state.configuration.config.user = try expand(user, instruction)
    case .volume(let paths): try volume(paths, instruction)
    case .add, .copy, .run, .workdir:
      preconditionFailure("an instruction that changes files was taken for one that does not")
    }
  }

  // MARK: For the instructions

  func announce(_ instruction: Instruction, isCached: Bool = false) async throws {
    if isTrigger {
      try await build.log.trigger(instruction.original, isCached: isCached)
    } else {
      try await build.log.step(instruction.original, isCached: isCached)
    }
  }

  func expand(_ word: String, _ instruction: Instruction) throws -> String {
    try GlobalVariables.expand(
      word, WordExpansion(escape: instruction.escape), state.variables.all, at: instruction.span)
  }

  func addHistory(_ createdBy: String, isEmpty: Bool) {
    state.configuration.history.append(
      .init(created: SourceDate.text(build.sourceDate), createdBy: createdBy, emptyLayer: isEmpty))
  }

  /// Adds what an instruction came to, and its line of history.
  func add(_ layer: StageLayer?, createdBy: String) {
    if let layer { state.layers.append(layer) }
    addHistory(createdBy, isEmpty: layer == nil)
  }

  func cached(_ key: Digest) -> LayerCache.Entry? {
    build.request.ignoresCache ? nil : build.builder.cache.entry(for: key)
  }

  /// The stage's file system, unpacked if need be.
  func fileSystem() throws -> LayeredFileSystem {
    try build.builder.layers.fileSystem(of: state.layers)
  }

  /// The shell that the shell form of RUN, CMD and ENTRYPOINT is given to.
  var shell: [String] { state.configuration.config.shell ?? ["/bin/sh", "-c"] }

  func commandLine(_ command: CommandLine) -> [String] {
    switch command {
    case .shell(let text): shell + [text]
    case .exec(let arguments): arguments
    }
  }

  /// Absolute, without `.` and `..`.
  func absolute(_ path: String) -> FilePath {
    let working = FilePath(state.configuration.config.workingDir ?? "/")
    return FilePath("/").pushing(working).pushing(FilePath(path)).lexicallyNormalized()
  }

  func unknown(_ error: UserDatabase.UnknownName, _ instruction: Instruction) -> ImageBuildError {
    .mistake(
      .unknownUser, "\(error.file) in the image has no \"\(error.name)\"", at: instruction.span,
      help: "create it with an earlier RUN, or give its number")
  }
}
