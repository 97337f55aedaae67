import DockerfileSyntax
import Engine
import Model
import OCI
import SystemPackage

/// One build in progress.
final class Build {
  let request: ImageBuildRequest
  let builder: EmbeddedImageBuilder
  let dockerfile: Dockerfile
  let context: BuildContext
  let files: FileDigests
  let globals: GlobalVariables
  let plan: StagePlan
  let baseImages: BaseImages
  /// Seconds since 1970: the request's, unless the build argument `SOURCE_DATE_EPOCH` says another.
  let sourceDate: Int64
  var log: BuildLog
  private var finished: [Int: StageState] = [:]
  /// Stages under construction, to notice one that needs itself.
  private var open: Set<Int> = []
  private let warnings: [Diagnostic]

  /// - Throws: ``ImageBuildError``.
  init(_ request: ImageBuildRequest, with builder: EmbeddedImageBuilder, output: OutputSink) throws {
    self.request = request
    self.builder = builder
    let (dockerfile, warnings) = try Self.parse(request)
    self.dockerfile = dockerfile
    self.warnings = warnings
    context = try BuildContext(request)
    files = FileDigests(cache: builder.cacheDirectory, context: request.context)
    let target = try StagePlan.index(of: request.target, in: dockerfile)
    globals = try GlobalVariables(
      dockerfile, request: request, targetStage: dockerfile.stages[target].name ?? String(target))
    let plan = try StagePlan(dockerfile, target: request.target, globals: globals.values)
    self.plan = plan
    baseImages = BaseImages(sources: builder.sources, store: builder.store, observe: request.observeBase)
    sourceDate = try Self.sourceDate(request)
    log = BuildLog(
      output: output, total: plan.needed.reduce(0) { $0 + 1 + dockerfile.stages[$1].instructions.count })
  }

  func run() async throws -> StoredImage {
    for warning in warnings { try await log.warning(warning.message, at: warning.span) }
    try await warnAboutUndeclaredArguments()
    for index in plan.needed { _ = try await stage(index) }
    var state = try await stage(plan.target)
    state.configuration.config.labels.merge(request.labels) { _, new in new }
    state.configuration.created = SourceDate.text(sourceDate)
    state.configuration.rootfs.diffIDs = state.layers.map(\.diffID)
    state.configuration.config.env = state.variables.environment
    let image = try builder.store.put(configuration: state.configuration, layers: state.layers.map(\.descriptor))
    try files.save()
    return image
  }

  /// The stage with everything that its instructions do, worked out once.
  func stage(_ index: Int) async throws -> StageState {
    if let state = finished[index] { return state }
    guard open.insert(index).inserted else {
      throw ImageBuildError.mistake(
        .stageRefersToItself, "stage \(name(of: index)) needs itself", at: dockerfile.stages[index].span,
        help: "refer to an earlier stage")
    }
    let state = try await StageBuilder(self, stage: dockerfile.stages[index], index: index).run()
    open.remove(index)
    finished[index] = state
    return state
  }

  func name(of index: Int) -> String { dockerfile.stages[index].name ?? String(index) }

  /// What `--from` or `from=` means in a stage: an earlier stage by name or index, or an image.
  func source(_ reference: String, in index: Int, at span: SourceSpan) async throws -> FileTransfer.Origin {
    let state: StageState
    let name: String
    if let other = StagePlan.stage(reference, before: index, in: dockerfile) {
      state = try await stage(other)
      name = "stage \(self.name(of: other))"
    } else {
      if reference.lowercased() == dockerfile.stages[index].name || Int(reference) == index {
        throw ImageBuildError.mistake(
          .stageRefersToItself, "stage \(reference) refers to itself", at: span, help: "refer to an earlier stage")
      }
      state = try await baseImages.image(reference, platform: request.platform, at: span, output: log.output)
      name = "image \(reference)"
    }
    return .layers(state.layers, name: name)
  }

  // MARK: Before the first step

  private static func parse(_ request: ImageBuildRequest) throws -> (Dockerfile, [Diagnostic]) {
    let status = try? FileStatus(of: request.dockerfile, followingLinks: true)
    guard let status, status.kind == .file else {
      let message = "there is no Dockerfile \(request.dockerfileName)"
      throw ImageBuildError(
        .dockerfileMissing, message,
        diagnostics: [
          Diagnostic(
            .missingSource, .error, message, at: nil, notes: ["looked for \(request.dockerfile)"],
            help: "write one, or name the one to build from")
        ])
    }
    guard status.size <= 4 << 20 else {
      throw ImageBuildError.mistake(
        .missingSource, "\(request.dockerfileName) has \(status.size) bytes", at: nil,
        help: "a Dockerfile has at most 4 MiB")
    }
    let bytes = try FileReader.firstBytes(of: request.dockerfile, count: Int(max(1, status.size)))
    let (dockerfile, diagnostics) = Dockerfile.parse(
      String(decoding: bytes, as: UTF8.self), file: request.dockerfileName)
    guard let dockerfile else {
      let first = diagnostics.first { $0.severity == .error }
      throw ImageBuildError(
        .invalidDockerfile, first.map(ImageBuildError.text(of:)) ?? "\(request.dockerfileName) cannot be read",
        diagnostics: diagnostics)
    }
    return (dockerfile, diagnostics)
  }

  private static func sourceDate(_ request: ImageBuildRequest) throws -> Int64 {
    guard let text = request.buildArguments["SOURCE_DATE_EPOCH"], !text.isEmpty else { return request.sourceDate }
    // The largest time that a tar header of the portable kind can hold is 2^33 - 1: the year 2242.
    guard let seconds = Int64(text), (0..<(1 << 33)).contains(seconds) else {
      throw ImageBuildError.mistake(
        .invalidBuildArgument, "the build argument SOURCE_DATE_EPOCH is \"\(text)\"", at: nil,
        help: "give whole seconds since 1970")
    }
    return seconds
  }

  private func warnAboutUndeclaredArguments() async throws {
    var declared = Set(GlobalVariables.predefined + ["SOURCE_DATE_EPOCH"])
    let stages = dockerfile.stages.flatMap(\.instructions).compactMap { instruction in
      if case .arg(let argument) = instruction.action { argument } else { nil }
    }
    for argument in dockerfile.globalArguments + stages { declared.formUnion(argument.declarations.map(\.name)) }
    for name in request.buildArguments.keys.sorted() where !declared.contains(name) && !name.hasPrefix("BUILDKIT_") {
      try await log.warning("the build argument \(name) is given, but no ARG of \(request.dockerfileName) declares it")
    }
  }
}
