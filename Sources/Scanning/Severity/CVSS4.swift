/// The base score of CVSS version 4.0 (specification §8): the score of the vector's macro vector, less its share of the
/// way to the next lower one.
enum CVSS4 {
  /// How many steps a value lies below the metric's worst one.
  private static let steps: [String: [String: Int]] = [
    "AV": ["N": 0, "A": 1, "L": 2, "P": 3],
    "AC": ["L": 0, "H": 1],
    "AT": ["N": 0, "P": 1],
    "PR": ["N": 0, "L": 1, "H": 2],
    "UI": ["N": 0, "P": 1, "A": 2],
    "VC": ["H": 0, "L": 1, "N": 2],
    "VI": ["H": 0, "L": 1, "N": 2],
    "VA": ["H": 0, "L": 1, "N": 2],
    // Their worst value would be "safety", which only the environmental metrics know.
    "SC": ["H": 1, "L": 2, "N": 3],
    "SI": ["H": 1, "L": 2, "N": 3],
    "SA": ["H": 1, "L": 2, "N": 3],
  ]

  /// The worst vectors of an equivalence set's level, and how many steps deep the level is.
  private struct Level {
    let worst: [[String: String]]
    let depth: Int

    init(_ depth: Int, _ worst: String...) {
      self.depth = depth
      self.worst = worst.map { vector in
        var metrics: [String: String] = [:]
        for part in vector.split(separator: "/") {
          let pair = part.split(separator: ":")
          metrics[String(pair[0])] = String(pair[1])
        }
        return metrics
      }
    }
  }

  private static let exploitability = [
    Level(1, "AV:N/PR:N/UI:N"),
    Level(4, "AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"),
    Level(5, "AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"),
  ]
  private static let complexity = [Level(1, "AC:L/AT:N"), Level(2, "AC:H/AT:N", "AC:L/AT:P")]
  /// EQ3 and EQ6 together. In a base score every security requirement is high, so that EQ6 is 0 as soon as one impact
  /// on the vulnerable system is high, and level 2 of EQ3 goes with 1 alone.
  private static let vulnerableSystem = [
    Level(7, "VC:H/VI:H/VA:H"),
    Level(8, "VC:L/VI:H/VA:H", "VC:H/VI:L/VA:H"),
    Level(10, "VC:L/VI:L/VA:L"),
  ]
  private static let subsequentSystem = [
    Level(6, "SC:H/SI:S/SA:S"), Level(5, "SC:H/SI:H/SA:H"), Level(4, "SC:L/SI:L/SA:L"),
  ]

  static func baseScore(_ metrics: [String: String]) -> Double? {
    for (metric, values) in steps {
      guard let value = metrics[metric], values[value] != nil else { return nil }
    }
    func isAny(_ names: [String], _ value: String) -> Bool { names.contains { metrics[$0] == value } }
    guard ["VC", "VI", "VA", "SC", "SI", "SA"].contains(where: { metrics[$0] != "N" }) else { return 0 }

    let reach = ["AV", "PR", "UI"]
    let eq1 =
      reach.allSatisfy { metrics[$0] == "N" } ? 0 : isAny(reach, "N") && metrics["AV"] != "P" ? 1 : 2
    let eq2 = metrics["AC"] == "L" && metrics["AT"] == "N" ? 0 : 1
    let eq3 = metrics["VC"] == "H" && metrics["VI"] == "H" ? 0 : isAny(["VC", "VI", "VA"], "H") ? 1 : 2
    let eq4 = isAny(["SC", "SI", "SA"], "H") ? 1 : 2
    let eq6 = eq3 == 2 ? 1 : 0

    func score(_ eq1: Int, _ eq2: Int, _ eq3: Int, _ eq4: Int, _ eq5: Int, _ eq6: Int) -> Double? {
      macroVectorScores["\(eq1)\(eq2)\(eq3)\(eq4)\(eq5)\(eq6)"]
    }
    guard let score0 = score(eq1, eq2, eq3, eq4, 0, eq6) else { return nil }
    let lowerVulnerableSystem: Double? =
      switch eq3 {
      case 0:
        [score(eq1, eq2, 0, eq4, 0, 1), score(eq1, eq2, 1, eq4, 0, 0)].compactMap(\.self).max()
      case 1: score(eq1, eq2, 1, eq4, 0, 1)
      default: nil
      }
    let ways: [(lower: Double?, share: Double)] = [
      (score(eq1 + 1, eq2, eq3, eq4, 0, eq6), share(metrics, exploitability[eq1])),
      (score(eq1, eq2 + 1, eq3, eq4, 0, eq6), share(metrics, complexity[eq2])),
      (lowerVulnerableSystem, share(metrics, vulnerableSystem[eq3])),
      (score(eq1, eq2, eq3, eq4 + 1, 0, eq6), share(metrics, subsequentSystem[eq4])),
      // The exploit maturity of a base score is the worst, and its level is one step deep.
      (score(eq1, eq2, eq3, eq4, 1, eq6), 0),
    ]
    let reductions = ways.compactMap { way in way.lower.map { (score0 - $0) * way.share } }
    let mean = reductions.isEmpty ? 0 : reductions.reduce(0, +) / Double(reductions.count)
    let value = min(max(score0 - mean, 0), 10)
    return ((value + 1e-6) * 10).rounded() / 10
  }

  /// How far the vector lies below the worst one of its level that is worse in every metric: 0 to 1 of the level's
  /// depth.
  private static func share(_ metrics: [String: String], _ level: Level) -> Double {
    for worst in level.worst {
      var distance = 0
      var isWorse = true
      for (metric, value) in worst {
        guard let actual = metrics[metric], let values = steps[metric], let here = values[actual] else { return 0 }
        let difference = here - (values[value] ?? 0)
        if difference < 0 { isWorse = false }
        distance += difference
      }
      if isWorse { return Double(distance) / Double(level.depth) }
    }
    return 0
  }
}
