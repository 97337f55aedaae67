package import Model

/// One instruction of a build stage. All words in it are as written: variables, quotes and escapes are for `WordExpansion`.
package struct Instruction: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case add(AddInstruction)
    case arg(ArgInstruction)
    case cmd(CommandLine)
    case copy(CopyInstruction)
    case entrypoint(CommandLine)
    case env([Assignment])
    /// Ports such as `80`, `8000-8010/udp`; `ExposedPorts.parse` reads them once they are expanded.
    case expose([String])
    case healthcheck(HealthcheckInstruction)
    case label([Assignment])
    case maintainer(String)
    case onbuild(OnbuildInstruction)
    case run(RunInstruction)
    /// The program and its arguments that run the shell form.
    case shell([String])
    case stopsignal(String)
    case user(String)
    case volume([String])
    case workdir(String)
  }

  package let action: Action
  /// From the keyword to the end of the last line, heredocs included.
  package let span: SourceSpan
  /// The text for the image's history: continuations joined, comments and heredoc bodies left out.
  package let original: String
  /// The escape token of the file, which expansion needs to know.
  package let escape: EscapeToken

  package var keyword: Keyword {
    switch action {
    case .add: .add
    case .arg: .arg
    case .cmd: .cmd
    case .copy: .copy
    case .entrypoint: .entrypoint
    case .env: .env
    case .expose: .expose
    case .healthcheck: .healthcheck
    case .label: .label
    case .maintainer: .maintainer
    case .onbuild: .onbuild
    case .run: .run
    case .shell: .shell
    case .stopsignal: .stopsignal
    case .user: .user
    case .volume: .volume
    case .workdir: .workdir
    }
  }

  /// The bodies of the heredocs that the instruction uses: beside `original` the other half of its text.
  package var heredocs: [Heredoc] {
    switch action {
    case .add(let add): add.sources.compactMap(\.heredoc)
    case .copy(let copy): copy.sources.compactMap(\.heredoc)
    case .run(let run): run.heredocs
    default: []
    }
  }
}
