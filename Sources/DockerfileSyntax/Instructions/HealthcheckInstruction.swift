/// HEALTHCHECK: how to see whether a container still works.
package enum HealthcheckInstruction: Hashable, Sendable {
  /// Takes back what the base image says.
  case none
  case command(CommandLine, Timing)

  /// In nanoseconds, as in an image's configuration; 0 stands for what the base image or the runtime says.
  package struct Timing: Hashable, Sendable {
    package let interval: Int64
    package let timeout: Int64
    package let startPeriod: Int64
    package let startInterval: Int64
    /// How many failures in a row make a container unhealthy; 0 stands for what the base image or the runtime says.
    package let retries: Int
  }

  init(_ node: Node, _ flags: FlagReader) throws(SyntaxMistake) {
    guard let type = node.words.first else {
      throw SyntaxMistake(
        .wrongArguments, "HEALTHCHECK needs at least one argument", help: "write HEALTHCHECK CMD command, or NONE")
    }
    let words = node.words.dropFirst()
    switch type.uppercased() {
    case "NONE":
      guard words.isEmpty else {
        throw SyntaxMistake(.wrongArguments, "nothing can follow HEALTHCHECK NONE", help: "remove what follows NONE")
      }
      self = .none
    case "CMD":
      let command = CommandLine(words, isJSON: node.isJSON)
      guard !words.isEmpty else {
        throw SyntaxMistake(.wrongArguments, "HEALTHCHECK CMD has no command", help: "name the command to run")
      }
      self = .command(command, try Timing(flags))
    default:
      throw SyntaxMistake(
        .wrongArguments, "HEALTHCHECK is followed by CMD or NONE, not by \(type)",
        help: "write CMD in front of the command",
        underline: type)
    }
  }

  static var flags: KeyValuePairs<String, FlagReader.Kind> {
    [
      "interval": .single, "timeout": .single, "start-period": .single, "start-interval": .single, "retries": .single,
    ]
  }
}

extension HealthcheckInstruction.Timing {
  init(_ flags: FlagReader) throws(SyntaxMistake) {
    interval = try Self.nanoseconds("interval", flags)
    timeout = try Self.nanoseconds("timeout", flags)
    startPeriod = try Self.nanoseconds("start-period", flags)
    startInterval = try Self.nanoseconds("start-interval", flags)
    guard let text = flags.value(of: "retries") else {
      retries = 0
      return
    }
    guard let number = Int32(text), number >= 0 else {
      throw SyntaxMistake(
        .invalidHealthcheck, "--retries must be a number that is not negative, not \(text)", help: "write --retries=3",
        underline: "--retries")
    }
    retries = Int(number)
  }

  private static func nanoseconds(_ name: String, _ flags: FlagReader) throws(SyntaxMistake) -> Int64 {
    guard let text = flags.value(of: name) else { return 0 }
    guard let nanoseconds = GoDuration.parse(text) else {
      throw SyntaxMistake(
        .invalidHealthcheck, "invalid duration \"\(text)\" of --\(name)", help: "write a number and a unit: 30s, 1m30s",
        underline: "--\(name)")
    }
    guard nanoseconds == 0 || nanoseconds >= 1_000_000 else {
      throw SyntaxMistake(
        .invalidHealthcheck, "--\(name) is shorter than 1ms", help: "write --\(name)=1s",
        underline: "--\(name)")
    }
    return nanoseconds
  }
}
