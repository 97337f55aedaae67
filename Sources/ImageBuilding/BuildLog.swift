import DockerfileSyntax
import Engine
import Model

/// What a build prints about itself, between the lines that the commands of RUN print.
struct BuildLog {
  let output: OutputSink
  private let total: Int
  private var current = 0

  init(output: OutputSink, total: Int) {
    self.output = output
    self.total = total
  }

  mutating func step(_ text: String, isCached: Bool = false) async throws {
    current += 1
    try await output.line("STEP \(current)/\(total): \(Self.firstLine(text))" + (isCached ? " (cached)" : ""))
  }

  /// An instruction that the base image brought along; it has no number, since the Dockerfile does not show it.
  func trigger(_ text: String, isCached: Bool = false) async throws {
    try await output.line("ONBUILD: \(Self.firstLine(text))" + (isCached ? " (cached)" : ""))
  }

  func warning(_ message: String, at span: SourceSpan? = nil) async throws {
    let place = span.map { "\($0.file):\($0.start.line): " } ?? ""
    try await output.line("warning: \(place)\(message)")
  }

  private static func firstLine(_ text: String) -> String {
    let lines = text.split(separator: "\n", maxSplits: 1)
    return String(lines.first ?? "") + (lines.count > 1 ? " …" : "")
  }
}
