/// RUN: a command that is executed in the image, and whose changes make a layer.
package struct RunInstruction: Hashable, Sendable {
  package enum Network: String, Hashable, Sendable, CaseIterable {
    case standard = "default"
    case none
    case host
  }

  package enum Security: String, Hashable, Sendable, CaseIterable {
    case sandbox
    case insecure
  }

  /// What is executed once heredocs have found their place.
  package enum Script: Hashable, Sendable {
    /// A text for the stage's shell.
    case shell(String)
    /// A program and its arguments.
    case exec([String])
    /// A file of that content, which begins with `#!` and is executed itself.
    case executable(name: String, content: String)
  }

  package let command: CommandLine
  package let heredocs: [Heredoc]
  package let mounts: [MountRequest]
  package let devices: [DeviceRequest]
  package let network: Network
  package let security: Security

  init(_ node: Node, _ flags: FlagReader) throws(SyntaxMistake) {
    command = CommandLine(node.words, isJSON: node.isJSON)
    heredocs = node.heredocs
    var mounts: [MountRequest] = []
    for value in flags.values(of: "mount") { mounts.append(try MountRequest(value)) }
    self.mounts = mounts
    var devices: [DeviceRequest] = []
    for value in flags.values(of: "device") { devices.append(try DeviceRequest(value)) }
    self.devices = devices
    network = try Self.choice("network", flags) ?? .standard
    security = try Self.choice("security", flags) ?? .sandbox
  }

  static var flags: KeyValuePairs<String, FlagReader.Kind> {
    ["mount": .repeated, "network": .single, "security": .single, "device": .repeated]
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flag: String, _ flags: FlagReader
  ) throws(SyntaxMistake) -> Choice? {
    guard let value = flags.value(of: flag) else { return nil }
    guard let choice = Choice(rawValue: value) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw SyntaxMistake(
        .invalidFlag, "unknown \(flag) mode \"\(value)\"", help: "choose one of \(known)",
        underline: "--\(flag)=\(value)")
    }
    return choice
  }

  /// The command with its heredocs: one that is the whole command becomes the script, others stay in front of the shell's eyes.
  package var script: Script {
    guard case .shell(let text) = command else {
      if case .exec(let arguments) = command { return .exec(arguments) }
      return .shell("")
    }
    guard let first = heredocs.first else { return .shell(text) }
    if heredocs.count == 1, isHeredocAlone(text) {
      return first.content.utf8.starts(with: "#!".utf8)
        ? .executable(name: first.name, content: first.content) : .shell(first.content)
    }
    return .shell(heredocs.reduce(text) { $0 + "\n" + $1.rawContent + $1.name })
  }

  private func isHeredocAlone(_ text: String) -> Bool {
    do {
      return try HeredocOpening(text) != nil
    } catch {
      // A text that cannot be split into quotes and variables is more than the opening of a heredoc.
      return false
    }
  }
}
