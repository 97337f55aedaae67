import DockerfileSyntax

/// The variables that the words of a stage may use: the ARGs that were declared in it, and the environment, which goes before them.
struct StageVariables {
  /// In the order of their declaration; nil for one that has no value.
  private(set) var arguments: [(name: String, value: String?)] = []
  /// `NAME=value`, in the order in which they were set.
  private(set) var environment: [String]

  init(environment: [String] = []) {
    self.environment = environment
  }

  mutating func declare(_ name: String, value: String?) {
    arguments.removeAll { $0.name == name }
    arguments.append((name, value))
  }

  mutating func setEnvironment(_ name: String, to value: String) {
    let entry = name + "=" + value
    if let index = environment.firstIndex(where: { Self.name(of: $0) == name }) {
      environment[index] = entry
    } else {
      environment.append(entry)
    }
  }

  /// What words are expanded with.
  var all: [String: String] {
    var values = argumentValues
    for (name, value) in environmentValues { values[name] = value }
    return values
  }

  var argumentValues: [String: String] {
    var values: [String: String] = [:]
    for argument in arguments { values[argument.name] = argument.value }
    return values
  }

  var environmentValues: [String: String] {
    Dictionary(
      environment.map {
        (Self.name(of: $0), String($0.unicodeScalars.dropFirst(Self.name(of: $0).unicodeScalars.count + 1)))
      },
      uniquingKeysWith: { _, last in last })
  }

  private static func name(of entry: String) -> String {
    String(String.UnicodeScalarView(entry.unicodeScalars.prefix { $0 != "=" }))
  }
}
