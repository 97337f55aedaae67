import ArgumentParser
import Engine
import Model
import PipelineFile
import SystemPackage

struct LintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Check pipelines without running them.",
    discussion: """
      What is found goes to standard output, a summary to standard error. Exit code 3 when there is an error, with --strict \
      also when there is a warning, and 0 otherwise. 'slipway explain CODE' says more about a finding.
      """)

  @Argument(
    help: ArgumentHelp("Pipeline files, directories with such files, or - for standard input.", valueName: "pipeline"))
  var files: [String]

  @Option(help: "How findings are written: full, concise, json, sarif, github or junit.")
  var format = LintFormat.full

  @Option(help: ArgumentHelp("Write the findings to a file instead.", valueName: "file"))
  var output: String?

  @Flag(help: "Warnings count as errors.")
  var strict = false

  @Flag(help: "Apply the fixes that are safe, and show what is left.")
  var fix = false

  @Flag(help: "Show what --fix would change, and change nothing.")
  var diff = false

  @OptionGroup var values: InputOptions
  @OptionGroup var options: StateOptions

  func validate() throws {
    if fix, diff { throw ValidationError("give --fix or --diff, not both") }
    if fix, files.contains("-") {
      throw ValidationError("--fix cannot change standard input; --diff shows what it would change")
    }
  }

  func run() async throws {
    let surroundings = Surroundings.ofThisProcess()
    let terminal = Terminal.ofThisProcess()
    let (inputs, problems) = LintInput.all(files, surroundings)
    for problem in problems { terminal.talk("error: \(problem)") }
    let check = LintCheck(
      settingsFile: options.config, values: try values.request(surroundings), surroundings: surroundings)
    var results = try inputs.map { try check($0) }
    if fix {
      for index in results.indices {
        if try apply(results[index], terminal) { results[index] = try check(inputs[index].reread()) }
      }
    }
    if diff {
      for result in results { showDiff(result, terminal) }
    } else {
      try show(results, terminal, surroundings)
    }
    try conclude(results, hasProblems: !problems.isEmpty, terminal)
  }

  // MARK: - Findings

  private func show(_ results: [LintCheck.Result], _ terminal: Terminal, _ surroundings: Surroundings) throws {
    let report = LintReport(
      files: results.map(\.input.name), diagnostics: results.flatMap(\.diagnostics),
      sources: results.flatMap(\.sources))
    let isForPeople = format == .full || format == .concise
    let renderer = format.renderer(
      width: output == nil ? terminal.dataWidth ?? Self.widthOfPipes : Self.widthOfPipes, glyphs: terminal.glyphs,
      explanations: isForPeople ? [] : Explanations.all)
    let lines = renderer.lines(of: report)
    if let output {
      let text = lines.reduce(into: "") { $0 += $1.rendered(Palette(usesColor: false)) + "\n" }
      try ReplacedFile.write(Array(text.utf8), to: surroundings.absolute(FilePath(output)))
    } else if isForPeople {
      terminal.data(lines)
    } else {
      terminal.data(lines.reduce(into: "") { $0 += $1.rendered(Palette(usesColor: false)) + "\n" })
    }
  }

  /// Excerpts are cut to it where no screen says how wide it is.
  private static let widthOfPipes = 160

  private func conclude(_ results: [LintCheck.Result], hasProblems: Bool, _ terminal: Terminal) throws {
    let report = LintReport(diagnostics: results.flatMap(\.diagnostics), sources: [])
    let checked = "\(results.count == 1 ? "1 file" : "\(results.count) files") checked"
    if !results.isEmpty {
      terminal.talk(checked + ", " + (report.diagnostics.isEmpty ? "nothing found" : report.summary))
    }
    if !diff, format == .full || format == .concise, let worst = report.diagnostics.map(\.severity).max(),
      let code = report.diagnostics.first(where: { $0.severity == worst })?.code
    {
      let fixable = fix ? 0 : report.diagnostics.count { $0.fix?.safety == .safe }
      terminal.talk(
        "'slipway explain \(code)' says more"
          + (fixable == 0 ? "" : "; --fix mends \(fixable) of them, --diff shows how"))
    }
    if hasProblems { throw ExitStatus.usage }
    if report.count(.error) > 0 || (strict && report.count(.warning) > 0) { throw ExitStatus.invalidPipeline }
  }

  // MARK: - Fixes

  /// - Returns: whether the file was changed.
  private func apply(_ result: LintCheck.Result, _ terminal: Terminal) throws -> Bool {
    let fixed = FixedText(result.input.source, fixes: result.safeFixes)
    if fixed.skipped > 0 {
      terminal.talk(
        "\(result.input.name): \(counted(fixed.skipped, "problem")) left as they are, since others change the same place; run again"
      )
    }
    guard fixed.applied > 0, let path = result.input.path else { return false }
    try ReplacedFile.write(fixed.bytes, to: path)
    terminal.talk("\(result.input.name): mended \(counted(fixed.applied, "problem"))")
    return true
  }

  private func showDiff(_ result: LintCheck.Result, _ terminal: Terminal) {
    let fixed = FixedText(result.input.source, fixes: result.safeFixes)
    let lines = UnifiedDiff(fixed).lines
    if !lines.isEmpty { terminal.data(lines) }
    if fixed.skipped > 0 {
      terminal.talk(
        "\(result.input.name): \(counted(fixed.skipped, "problem")) left as they are, since others change the same place"
      )
    }
  }
}
