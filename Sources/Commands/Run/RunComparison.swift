import Engine
import Model

/// What is not the same in two runs.
struct RunComparison {
  /// One thing that differs: what, and how it was in each of the two; nil where it was not at all.
  struct Difference: Hashable {
    let what: String
    let left: String?
    let right: String?
  }

  struct StepComparison {
    let path: StepPath
    var differences: [Difference] = []
    /// Of the workspace as the step found it, and as it left it.
    var found: [SnapshotDifference] = []
    var left: [SnapshotDifference] = []
    /// The same settings and the same workspace, and yet another result.
    var isDivergence = false
  }

  let left: RunHistory
  let right: RunHistory
  private(set) var inputs: [Difference] = []
  private(set) var codebase: [SnapshotDifference] = []
  private(set) var steps: [StepComparison] = []
  private(set) var images: [Difference] = []
  private(set) var findings: [Difference] = []
  private(set) var times: [Difference] = []

  /// The first step that had the same to start from and did not come to the same.
  var divergence: StepComparison? { steps.first(where: \.isDivergence) }

  var isEmpty: Bool {
    inputs.isEmpty && codebase.isEmpty && images.isEmpty && findings.isEmpty
      && steps.allSatisfy { $0.differences.isEmpty && $0.found.isEmpty && $0.left.isEmpty }
  }

  /// - Throws: ``SnapshotError`` when a snapshot's directories cannot be read.
  init(_ left: RunHistory, _ right: RunHistory, snapshots: WorkspaceSnapshots) throws {
    self.left = left
    self.right = right
    inputs = Self.inputs(left.run.origin, right.run.origin)
    if let one = left.run.origin.codebase?.snapshot, let two = right.run.origin.codebase?.snapshot {
      codebase = try snapshots.differences(one, two)
    }
    steps = try Self.steps(left, right, snapshots)
    images = Self.images(left, right)
    findings = Self.findings(left, right)
    times = Self.times(left, right)
  }

  private static func inputs(_ left: RunOrigin, _ right: RunOrigin) -> [Difference] {
    var found = compare("pipeline", left.pipelineDigest.description, right.pipelineDigest.description)
    found += compare("settings", left.settingsDigest?.description, right.settingsDigest?.description)
    found += compare("commit", left.codebase?.commit, right.codebase?.commit)
    found += compare("branch", left.codebase?.branch, right.codebase?.branch)
    let changed = (left.codebase?.changedFiles ?? [], right.codebase?.changedFiles ?? [])
    found += compare("uncommitted files", changed.0.joined(separator: " "), changed.1.joined(separator: " "))
    found += compare("slipway", left.version, right.version)
    found += compare(left.inputs, right.inputs, prefix: "input ")
    return found
  }

  private static func steps(
    _ left: RunHistory, _ right: RunHistory, _ snapshots: WorkspaceSnapshots
  ) throws -> [StepComparison] {
    let attempts = (last(left), last(right))
    let nodes = (byPath(left), byPath(right))
    var order = left.nodes.map(\.path)
    order += right.nodes.map(\.path).filter { nodes.0[$0] == nil }
    return try order.compactMap { path in
      guard nodes.0[path]?.kind ?? nodes.1[path]?.kind == .step else { return nil }
      var step = StepComparison(path: path)
      step.differences += compare("status", nodes.0[path]?.status.rawValue, nodes.1[path]?.status.rawValue)
      guard let one = attempts.0[path], let two = attempts.1[path] else {
        return step.differences.isEmpty ? nil : step
      }
      var settings: ([String: String], [String: String]) = ([:], [:])
      flatten(one.resolvedSpec, "", into: &settings.0)
      flatten(two.resolvedSpec, "", into: &settings.1)
      let changedSettings = compare(settings.0, settings.1, prefix: "")
      var results = compare("exit code", one.exitCode.map(String.init), two.exitCode.map(String.init))
      results += compare(one.outputs, two.outputs, prefix: "output ")
      step.differences += changedSettings + results
      if let before = one.workspaceBefore, let other = two.workspaceBefore {
        step.found = try snapshots.differences(before, other)
        if let after = one.workspaceAfter, let another = two.workspaceAfter {
          step.left = try snapshots.differences(after, another)
          step.isDivergence = before == other && changedSettings.isEmpty && (after != another || !results.isEmpty)
        }
      }
      return step.differences.isEmpty && step.found.isEmpty && step.left.isEmpty ? nil : step
    }
  }

  private static func images(_ left: RunHistory, _ right: RunHistory) -> [Difference] {
    func table(_ history: RunHistory) -> [String: String] {
      var table: [String: String] = [:]
      for build in history.builds {
        let step = StepChoice.short(build.step)
        table["image of \(step)"] = build.manifestDigest.description
        table["configuration of \(step)"] = build.configurationDigest.description
        table["archive of \(step)"] = build.archive?.digest.description
        for base in build.bases { table["base \(base.reference) of \(step)"] = base.digest.description }
      }
      for push in history.pushes { table["pushed as \(push.reference)"] = push.manifestDigest.description }
      return table
    }
    return compare(table(left), table(right), prefix: "")
  }

  private static func findings(_ left: RunHistory, _ right: RunHistory) -> [Difference] {
    func table(_ history: RunHistory) -> [String: String] {
      var table: [String: String] = [:]
      for scan in history.scans {
        for finding in scan.report.findings {
          table["\(finding.vulnerability) in \(finding.package.name) \(finding.package.version)"] =
            finding.severity.rawValue
        }
      }
      return table
    }
    return compare(table(left), table(right), prefix: "")
  }

  private static func times(_ left: RunHistory, _ right: RunHistory) -> [Difference] {
    let attempts = (last(left), last(right))
    func time(_ attempt: Attempt?) -> String? {
      attempt.flatMap { DurationText.between($0.startedAt, $0.finishedAt) }
    }
    return left.attempts.map(\.path).reduce(into: [StepPath]()) { if !$0.contains($1) { $0.append($1) } }
      .flatMap { compare(StepChoice.short($0), time(attempts.0[$0]), time(attempts.1[$0])) }
  }

  private static func last(_ history: RunHistory) -> [StepPath: Attempt] {
    Dictionary(history.attempts.map { ($0.path, $0) }) { $1.number >= $0.number ? $1 : $0 }
  }

  private static func byPath(_ history: RunHistory) -> [StepPath: RunNode] {
    Dictionary(history.nodes.map { ($0.path, $0) }) { _, last in last }
  }

  private static func flatten(_ value: Value, _ path: String, into table: inout [String: String]) {
    switch value {
    case .map(let fields):
      for (name, field) in fields { flatten(field, path.isEmpty ? name : "\(path).\(name)", into: &table) }
    case .list(let elements):
      for (index, element) in elements.enumerated() { flatten(element, "\(path)[\(index)]", into: &table) }
    case .string(let text): table[path] = text
    case .null, .bool, .integer, .double: table[path] = value.canonicalJSON
    }
  }

  private static func compare(_ what: String, _ left: String?, _ right: String?) -> [Difference] {
    left == right ? [] : [Difference(what: what, left: left, right: right)]
  }

  private static func compare(_ left: [String: String], _ right: [String: String], prefix: String) -> [Difference] {
    Set(left.keys).union(right.keys).sorted().flatMap { compare(prefix + $0, left[$0], right[$0]) }
  }
}
