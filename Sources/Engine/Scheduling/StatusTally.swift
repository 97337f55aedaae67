import Model

/// How often each final status occurs below a node. Adding, taking away and rolling up cost the same whatever the numbers.
struct StatusTally: Hashable, Sendable {
  private var counts = SIMD16<UInt32>(repeating: 0)

  mutating func add(_ status: Status) { counts[status.ordinal] &+= 1 }

  mutating func add(_ other: StatusTally) { counts &+= other.counts }

  mutating func subtract(_ other: StatusTally) { counts &-= other.counts }

  func contains(_ status: Status) -> Bool { counts[status.ordinal] > 0 }

  /// Which statuses occur, one bit for each.
  var presence: UInt16 {
    var bits: UInt16 = 0
    for index in 0..<Status.allCases.count where counts[index] > 0 { bits |= 1 << UInt16(index) }
    return bits
  }

  /// One number for each status.
  var numbers: [Int] { (0..<Status.allCases.count).map { Int(counts[$0]) } }

  /// ``Status/rollUp(_:)`` of what is counted.
  var rollUp: Status { Status.rollUp(Status.allCases.filter(contains)) }

  /// Whether everything that is counted is positive, without looking at how.
  var isPositive: Bool { Status.negative.allSatisfy { !contains($0) } }
}

extension Status {
  fileprivate static let negative = allCases.filter { !$0.isPositive }

  fileprivate var ordinal: Int {
    switch self {
    case .notStarted: 0
    case .running: 1
    case .succeeded: 2
    case .skipped: 3
    case .ignoreFailed: 4
    case .failed: 5
    case .errored: 6
    case .expired: 7
    case .aborted: 8
    case .interrupted: 9
    }
  }
}
