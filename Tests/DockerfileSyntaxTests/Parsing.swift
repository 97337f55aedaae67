import Model

@testable import DockerfileSyntax

/// The Dockerfile of `text`, or an error that shows what is wrong with it.
func dockerfile(_ text: String) throws -> Dockerfile {
  struct Refused: Error {
    let diagnostics: [Diagnostic]
  }
  let (dockerfile, diagnostics) = Dockerfile.parse(text, file: "Dockerfile")
  guard let dockerfile else { throw Refused(diagnostics: diagnostics) }
  return dockerfile
}

/// The one instruction of `text`, in a stage of its own.
func instruction(_ text: String) throws -> Instruction {
  struct Several: Error {}
  let instructions = try dockerfile("FROM scratch\n" + text).stages[0].instructions
  guard instructions.count == 1 else { throw Several() }
  return instructions[0]
}

/// What is said about `text`, one line each: `line: severity: message`.
func complaints(_ text: String) -> [String] {
  Dockerfile.parse(text, file: "Dockerfile").diagnostics.map {
    "\($0.span?.start.line ?? 0): \($0.severity.rawValue): \($0.message)"
  }
}
