import Expressions
import Model

/// `codebase.*` and `trigger.*`: what git says about the local checkout, and what a trigger would have sent.
extension RunScope {
  static let codebaseNames = [
    "baseCommitSha", "branch", "build", "changedFiles", "commitMessage", "commitRef", "commitSha", "gitUser",
    "gitUserAvatar", "gitUserEmail", "gitUserId", "mergeSha", "prNumber", "prTitle", "pullRequestBody",
    "pullRequestLink", "repoUrl", "shortCommitSha", "sourceBranch", "state", "tag", "targetBranch",
  ]

  static let triggerNames = [
    "baseCommitSha", "branch", "commitSha", "event", "gitUser", "payload", "prNumber", "prTitle", "repoUrl",
    "sourceBranch", "sourceRepo", "tag", "targetBranch", "type",
  ]

  /// A field of `trigger`; null without a trigger, and for a field that this trigger has not.
  func trigger(_ path: Path) -> Value? {
    guard case .map(let fields) = surroundings.trigger, !fields.isEmpty else {
      return path.isEmpty ? .map([:]) : .null
    }
    if let value = lookUp(path, in: fields) { return value }
    return path.count == 1 && Self.triggerNames.contains(path[path.startIndex]) ? .null : nil
  }

  /// Null where nothing is cloned: without a codebase, and in a stage that does not want it.
  func codebase(_ path: Path) -> Value? {
    let values = clonesNothing ? nil : run.origin.codebase.map(codebaseFields)
    guard let name = path.first else { return .map(values ?? [:]) }
    guard let values else { return .null }
    return values[name] == nil && Self.codebaseNames.contains(name) ? .null : lookUp(path, in: values)
  }

  /// Whether a text under `codebase` is what the pipeline's author wrote under `build`, and no word of git's.
  func isWrittenInBuild(_ path: [String]) -> Bool {
    guard path.count == 2, let text = build(Self.buildKeys[path[1]] ?? "") else { return false }
    return codebase(path[1...]) == .string(text)
  }

  private static let buildKeys = ["tag": "tag", "prNumber": "number", "branch": "branch"]

  private var clonesNothing: Bool {
    guard case .stage(let stage)? = nearest(.stage).flatMap({ plan[$0] })?.content else { return false }
    return stage.clonesCodebase == false
  }

  /// `properties.ci.codebase.build.spec.KEY`, as written.
  ///
  /// What asks for a trigger's value says nothing when there is no trigger: then the checkout decides.
  private func build(_ key: String) -> String? {
    let path = ["properties", "ci", "codebase", "build", "spec", key]
    guard let text = source(path[...], in: plan.pipeline.source)?.rendered, !text.isEmpty else { return nil }
    let asksForTrigger = text.contains("<+trigger.") && trigger([]) == .map([:])
    return asksForTrigger || text.hasPrefix("<+input>") ? nil : text
  }

  /// What is built: the pipeline's own word, else the trigger's, else what is checked out.
  private func buildType(_ codebase: CodebaseState) -> String {
    let written = source(["properties", "ci", "codebase", "build", "type"], in: plan.pipeline.source)?.string
    switch written?.lowercased() {
    case "pr": return "PR"
    case "tag": return "tag"
    case "branch": return "branch"
    default: break
    }
    switch trigger(["event"])?.string?.uppercased() {
    case "PR": return "PR"
    case "PUSH" where trigger(["tag"])?.string != nil: return "tag"
    case "PUSH": return "Push"
    default: return codebase.branch == nil && codebase.tag != nil ? "tag" : "branch"
    }
  }

  private func codebaseFields(_ codebase: CodebaseState) -> [String: Value] {
    let type = buildType(codebase)
    func given(_ name: String, else local: String?) -> Value {
      if let value = trigger([name]), value != .null { return value }
      return Value(local)
    }
    var values: [String: Value] = [
      "build": ["type": .string(type)],
      "commitSha": Value(codebase.commit),
      "shortCommitSha": Value(codebase.commit.map { String($0.prefix(7)) }),
      "commitMessage": Value(codebase.commitMessage),
      "repoUrl": Value(codebase.remote),
      "gitUser": given("gitUser", else: codebase.authorName),
      "gitUserEmail": Value(codebase.authorEmail),
    ]
    switch type {
    case "tag":
      let tag = build("tag").map(Value.string) ?? given("tag", else: codebase.tag)
      values["tag"] = tag
      values["commitRef"] = Value(tag.string.map { "refs/tags/" + $0 })
    case "PR":
      let number = build("number").map(Value.string) ?? given("prNumber", else: nil)
      let target = given("targetBranch", else: codebase.targetBranch)
      values["prNumber"] = number
      values["prTitle"] = given("prTitle", else: nil)
      values["sourceBranch"] = given("sourceBranch", else: codebase.branch)
      values["targetBranch"] = target
      // A pull request's branch is the one that it is to go into.
      values["branch"] = target
      values["baseCommitSha"] = given("baseCommitSha", else: codebase.baseCommit)
      values["commitRef"] = number == .null ? .null : Value(number.rendered.map { "refs/pull/\($0)/head" })
      values["state"] = "open"
    default:
      let branch = Value(codebase.branch ?? build("branch"))
      values["branch"] = branch
      values["commitRef"] = Value(branch.string.map { "refs/heads/" + $0 })
    }
    return values
  }
}

extension Value {
  /// A scalar's text; nil for null and for what is no scalar.
  fileprivate var rendered: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let flag): String(flag)
    case .double, .null, .list, .map: nil
    }
  }
}
