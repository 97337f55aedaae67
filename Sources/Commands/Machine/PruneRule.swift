import Model

/// Which runs `slipway prune` may take the files of.
struct PruneRule: Sendable {
  /// In milliseconds; nil sets no limit.
  var oldestAge: Int64?
  /// How many of each pipeline stay, the newest ones.
  var keptPerPipeline: Int?
  /// In bytes, of all that the state directory holds.
  var largestSize: Int64?
  var pipeline: Identifier?
  /// Whether all that is stored is read, and what is not what its digest says is removed.
  var removesDamaged = false

  /// Runs that no limit keeps, the oldest first.
  ///
  /// - Parameter runs: finished ones that are not pruned yet, the newest first.
  func outdated(_ runs: [Run], now: Timestamp) -> [Run] {
    guard oldestAge != nil || keptPerPipeline != nil else { return [] }
    var seen: [Identifier: Int] = [:]
    let found = runs.filter { run in
      let rank = seen[run.pipeline, default: 0]
      seen[run.pipeline] = rank + 1
      guard pipeline == nil || run.pipeline == pipeline else { return false }
      if let oldestAge, run.startedAt.milliseconds >= now.milliseconds - oldestAge { return false }
      if let keptPerPipeline, rank < keptPerPipeline { return false }
      return true
    }
    return found.reversed()
  }

  /// `30d`, `12h`, `2w`, `45m`, in milliseconds; nil when it is none.
  static func age(_ text: String) -> Int64? {
    guard let unit = text.last, let count = Int64(text.dropLast()), count >= 0 else { return nil }
    let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
    return seconds[unit].flatMap { scale in
      let (product, overflows) = count.multipliedReportingOverflow(by: scale * 1000)
      return overflows ? nil : product
    }
  }

  /// `500M`, `2G`, `1024`, in bytes; nil when it is none.
  static func size(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    guard let last = text.uppercased().last else { return nil }
    let unit = units[last]
    guard let count = Int64(unit == nil ? Substring(text) : text.dropLast()), count >= 0 else { return nil }
    let (product, overflows) = count.multipliedReportingOverflow(by: unit ?? 1)
    return overflows ? nil : product
  }
}
