import Model
import PipelineFile

/// What a trigger would have given the run: the names behind `trigger.`, and the webhook's body as `payload`.
enum TriggerFile {
  private static let names: Set = [
    "type", "event", "branch", "targetBranch", "sourceBranch", "commitSha", "tag", "prNumber", "prTitle", "gitUser",
    "repoUrl", "sourceRepo", "baseCommitSha", "payload", "header", "artifact", "manifest",
  ]

  /// - Returns: a map. A file that has none of the known names is a webhook's body as it came, and is taken for the payload.
  /// - Throws: ``WorkplaceError`` for a file that is neither YAML nor JSON, ``CommandFailure`` for one that holds no mapping.
  static func read(_ source: SourceText) throws -> Value {
    let (root, diagnostics) = YAMLReader.read(source)
    guard let root, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw WorkplaceError(diagnostics: diagnostics, sources: [source])
    }
    guard case .map(var entries) = root.value else {
      throw CommandFailure(
        .usage, "--trigger: \(source.file) holds no mapping; write 'branch: main', 'payload: {…}' and the like")
    }
    if case .map(let inner)? = entries["trigger"] {
      let payload = entries["payload"] ?? entries["eventPayload"]
      entries = inner
      entries["payload"] = inner["payload"] ?? payload
    } else if let payload = entries.removeValue(forKey: "eventPayload") {
      entries["payload"] = payload
    } else if names.isDisjoint(with: entries.keys) {
      return .map(["payload": .map(entries)])
    }
    return .map(entries)
  }

  /// The same from what a run kept.
  static func read(kept text: String) -> Value? {
    YAMLReader.read(SourceText(file: "trigger", text: text)).root?.value
  }
}
