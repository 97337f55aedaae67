package import Model

/// The path of an image archive as a step names it. Relative paths start at the workspace, which steps see as `/harness`.
package struct ArchivePath: Hashable, Sendable {
  /// Absolute and without `.` and `..`, where no expression hides a part of it.
  package let normalized: String
  package let hasExpressions: Bool
  package let text: Text

  package init(_ text: Text) {
    self.text = text
    hasExpressions = text.hasExpressions
    normalized = hasExpressions ? text.raw : Self.normalized(text.raw)
  }

  package static func == (left: ArchivePath, right: ArchivePath) -> Bool { left.normalized == right.normalized }

  package func hash(into hasher: inout Hasher) { hasher.combine(normalized) }

  /// The last component.
  package var fileName: String { String(normalized.split(separator: "/").last ?? "") }

  private static func normalized(_ path: String) -> String {
    var components = path.hasPrefix("/") ? [Substring]() : ["harness"]
    for component in path.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": _ = components.popLast()
      default: components.append(component)
      }
    }
    return "/" + components.joined(separator: "/")
  }
}
