/// One range of an advisory, evaluated after the OSV schema: the events in the order of their versions, of which the
/// last one before the version decides.
struct AffectedRange {
  private struct Step {
    let event: Advisory.Event
    /// Nil for the beginning, which comes before every version.
    let version: PackageVersion?

    /// Where the version lies seen from this step's.
    func position(of other: PackageVersion) -> VersionOrder {
      version.map { other.order(to: $0) } ?? .after
    }

    func order(to other: Step) -> VersionOrder {
      switch (version, other.version) {
      case (nil, nil): .same
      case (nil, _): .before
      case (_, nil): .after
      case (let left?, let right?): left.order(to: right)
      }
    }
  }

  /// In the order of their versions, and where those are equal in the order in which they are given.
  private let steps: [Step]

  /// Nil when one of the events has no version of the scheme.
  init?(_ events: [Advisory.Event], _ scheme: VersionScheme) {
    var steps: [Step] = []
    for event in events {
      let isBeginning = event.kind == .introduced && event.version == "0"
      let version = isBeginning ? nil : PackageVersion(event.version, scheme)
      guard isBeginning || version != nil else { return nil }
      let step = Step(event: event, version: version)
      var place = steps.endIndex
      while place > 0, step.order(to: steps[place - 1]) == .before { place -= 1 }
      steps.insert(step, at: place)
    }
    self.steps = steps
  }

  /// Whether the version is vulnerable.
  func contains(_ version: PackageVersion) -> Bool {
    var limits: [VersionOrder] = []
    var isVulnerable = false
    for step in steps {
      let position = step.position(of: version)
      switch step.event.kind {
      case .introduced: if position != .before { isVulnerable = true }
      case .fixed: if position != .before { isVulnerable = false }
      case .lastAffected: if position == .after { isVulnerable = false }
      case .limit: limits.append(position)
      }
    }
    return isVulnerable && (limits.isEmpty || limits.contains(.before))
  }

  /// The first version after `version` that is fixed; nil when there is none.
  func firstFix(after version: PackageVersion) -> String? {
    steps.first { $0.event.kind == .fixed && $0.position(of: version) == .before }?.event.version
  }
}
