import Model

/// Gives a node its meaning, and collects what is wrong with it.
struct InstructionReader {
  let node: Node
  let source: SourceText
  let escape: EscapeToken
  private(set) var diagnostics: [Diagnostic] = []

  init(_ node: Node, source: SourceText, escape: EscapeToken) {
    self.node = node
    self.source = source
    self.escape = escape
  }

  var keyword: Keyword? { Keyword(rawValue: node.keyword.uppercased()) }

  var span: SourceSpan { source.span(from: node.startLine, through: node.endLine) }

  /// Nil if there is an error in it, or if it is a FROM.
  mutating func instruction() -> Instruction? {
    do {
      guard let action = try action() else { return nil }
      warn(about: action)
      return Instruction(action: action, span: span, original: node.original.trimmed, escape: escape)
    } catch {
      report(error)
      return nil
    }
  }

  /// The stage that a FROM begins, still empty.
  mutating func stage() -> BuildStage? {
    let flags = readFlags(["platform": .single])
    do {
      let stage = try BuildStage(node, platform: flags?.value(of: "platform"), span: span)
      return flags == nil ? nil : stage
    } catch {
      report(error)
      return nil
    }
  }

  mutating func argument() -> ArgInstruction? {
    guard readFlags([:]) != nil else { return nil }
    do {
      return try ArgInstruction(node, span: span)
    } catch {
      report(error)
      return nil
    }
  }

  private mutating func action() throws(SyntaxMistake) -> Instruction.Action? {
    guard let keyword else { throw unknownInstruction }
    guard let flags = readFlags(Self.flags(of: keyword)) else { return nil }
    switch keyword {
    case .add: return .add(try AddInstruction(node, flags))
    case .arg: return .arg(try ArgInstruction(node, span: span))
    case .cmd: return .cmd(CommandLine(node.words, isJSON: node.isJSON))
    case .copy: return .copy(try CopyInstruction(node, flags))
    case .entrypoint: return .entrypoint(CommandLine(node.words, isJSON: node.isJSON))
    case .env: return .env(try Assignment.all(from: node))
    case .expose: return .expose(try words(atLeast: "a port"))
    case .from: return nil
    case .healthcheck: return .healthcheck(try HealthcheckInstruction(node, flags))
    case .label: return .label(try Assignment.all(from: node))
    case .maintainer: return .maintainer(try word("a name"))
    case .onbuild: return .onbuild(try OnbuildInstruction(node))
    case .run: return .run(try RunInstruction(node, flags))
    case .shell: return .shell(try shell())
    case .stopsignal: return .stopsignal(try word("a signal"))
    case .user: return .user(try word("a user"))
    case .volume: return .volume(try volumes())
    case .workdir: return .workdir(try word("a directory"))
    }
  }

  private static func flags(of keyword: Keyword) -> KeyValuePairs<String, FlagReader.Kind> {
    switch keyword {
    case .add: AddInstruction.flags
    case .copy: CopyInstruction.flags
    case .healthcheck: HealthcheckInstruction.flags
    case .run: RunInstruction.flags
    default: [:]
    }
  }

  private var unknownInstruction: SyntaxMistake {
    let nearest = Spelling.nearest(to: node.keyword, among: Keyword.allCases.map(\.rawValue))
    let help = nearest.map { "did you mean \($0)?" } ?? "check that the line above it was meant to end there"
    return SyntaxMistake(
      .unknownInstruction, "unknown instruction: \(node.keyword)", help: help, underline: node.keyword)
  }

  private mutating func readFlags(_ known: KeyValuePairs<String, FlagReader.Kind>) -> FlagReader? {
    let reader = FlagReader(node, knowing: known)
    reader.mistakes.forEach { report($0) }
    return reader.mistakes.isEmpty ? reader : nil
  }

  private func word(_ noun: String) throws(SyntaxMistake) -> String {
    guard node.words.count == 1 else {
      let keyword = node.keyword.uppercased()
      throw SyntaxMistake(.wrongArguments, "\(keyword) needs one argument", help: "\(keyword) names \(noun)")
    }
    return node.words[0]
  }

  private func words(atLeast noun: String) throws(SyntaxMistake) -> [String] {
    guard !node.words.isEmpty else {
      let keyword = node.keyword.uppercased()
      throw SyntaxMistake(.wrongArguments, "\(keyword) needs at least one argument", help: "name \(noun)")
    }
    return node.words
  }

  private func volumes() throws(SyntaxMistake) -> [String] {
    let paths = try words(atLeast: "a directory").map(\.trimmed)
    guard !paths.contains("") else {
      throw SyntaxMistake(.wrongArguments, "VOLUME has an empty path", help: "name a directory")
    }
    return paths
  }

  private func shell() throws(SyntaxMistake) -> [String] {
    let words = try words(atLeast: "a shell")
    guard node.isJSON else {
      throw SyntaxMistake(
        .invalidJSONForm, "SHELL takes its arguments as a JSON array",
        help: "write SHELL [\"/bin/sh\", \"-c\"]")
    }
    return words
  }

  /// What the reference builder only finds out when the stage is built, which may never happen.
  private mutating func warn(about action: Instruction.Action) {
    switch action {
    case .run(let run):
      if run.command.isEmpty {
        report(SyntaxMistake(.emptyCommand, "RUN without a command", help: "name the command to run"), .warning)
      }
      for request in run.mounts where !request.usesVariables {
        do {
          _ = try request.resolved { (word) throws(DockerfileError) in word }
        } catch {
          report(SyntaxMistake(.invalidMount, error.message, help: error.help, underline: request.text), .warning)
        }
      }
    case .copy(let copy):
      guard let from = copy.from, from.unicodeScalars.contains("$") else { return }
      report(
        SyntaxMistake(
          .variableInReference, "--from cannot contain variables, since it decides which stages are needed",
          help: "write FROM \(from) AS NAME above, and --from=NAME here", underline: "--from=\(from)"), .warning)
    case .onbuild(let onbuild):
      let (_, problems) = Dockerfile.parseTrigger(onbuild.trigger, file: source.file)
      for problem in problems where problem.severity == .error {
        diagnostics.append(
          Diagnostic(
            problem.code, .warning, problem.message, at: span, notes: ["builds from this image would fail"],
            help: problem.help))
      }
    default: break
    }
  }

  private mutating func report(_ mistake: SyntaxMistake, _ severity: Diagnostic.Severity = .error) {
    diagnostics.append(
      mistake.diagnostic(in: source, from: node.startLine, through: node.endLine, severity: severity))
  }
}
