package import Model

/// Names steps and groups: by identifier, by the end of `STAGE/GROUP/STEP`, or by the long path; `*` stands for anything but a slash, `**`
/// for anything. An instance of a strategy answers to its own name and to the one in the file.
package struct NodePattern: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ text: String) {
    description = text
  }

  package func matches(_ node: Plan.Node) -> Bool {
    matches(node.path) || (node.path != node.template && matches(node.template))
  }

  package func matches(_ path: StepPath) -> Bool {
    if path.description == description { return true }
    let words = path.components.map(\.description)
    // Every end of the path: `STEP`, `GROUP/STEP`, `STAGE/GROUP/STEP`.
    return words.indices.contains { start in
      Self.fits(Array(words[start...].joined(separator: "/").utf8)[...], Array(description.utf8)[...])
    }
  }

  /// Whether something that a template stands for could fit: an instance has a postfix, which is not known beforehand.
  func mayMatch(_ template: StepPath) -> Bool {
    if matches(template) || description.contains("**") { return true }
    // A stage's instances have no path in the file, and the long form names them as the short one does.
    let words = description.split(separator: description.hasPrefix("stages.") ? "." : "/").map(String.init)
      .filter { !description.hasPrefix("stages.") || ($0 != "stages" && $0 != "steps") }
    let names = template.components.suffix(words.count).map(\.description)
    return names.count == words.count
      && zip(words, names).allSatisfy { word, name in
        word.hasPrefix(name + "_") || Self.fits(Array(name.utf8)[...], Array(word.utf8)[...])
      }
  }

  private static func fits(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    guard first == UInt8(ascii: "*") else {
      return text.first == first && fits(text.dropFirst(), pattern.dropFirst())
    }
    let crosses = pattern.dropFirst().first == UInt8(ascii: "*")
    let rest = pattern.drop { $0 == UInt8(ascii: "*") }
    var text = text
    while true {
      if fits(text, rest) { return true }
      guard let byte = text.popFirst(), crosses || byte != UInt8(ascii: "/") else { return false }
    }
  }
}

extension Plan {
  /// Everything that the file names, the insides of strategies included.
  package var templates: [StepPath] {
    nodes.flatMap { node -> [StepPath] in
      guard node.kind != nil else { return [] }
      switch node.content {
      case .strategy(.stage(let stage)): return [node.template] + Self.templates(stage.steps, in: node.template)
      case .strategy(.group(let group)): return [node.template] + Self.templates(group.steps, in: node.template)
      default: return [node.template]
      }
    }
  }

  static func templates(_ elements: [ExecutionElement], in container: StepPath) -> [StepPath] {
    elements.flatMap { element -> [StepPath] in
      switch element {
      case .step(let step): return [container.appending(step.identifier)]
      case .group(let group):
        let path = container.appending(group.identifier)
        return [path] + templates(group.steps, in: path)
      case .parallel(let members): return templates(members, in: container)
      }
    }
  }
}
