/// The base equations of CVSS 3.0 and 3.1 (specification §7.1), which differ in how they round.
enum CVSS3 {
  private static let attackVector = ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2]
  private static let attackComplexity = ["L": 0.77, "H": 0.44]
  private static let userInteraction = ["N": 0.85, "R": 0.62]
  private static let impact = ["H": 0.56, "L": 0.22, "N": 0.0]
  private static let privileges = ["N": 0.85, "L": 0.62, "H": 0.27]
  private static let privilegesWhenScopeChanges = ["N": 0.85, "L": 0.68, "H": 0.5]

  static func baseScore(_ metrics: [String: String], roundUp: (Double) -> Double) -> Double? {
    func weight(_ metric: String, _ weights: [String: Double]) -> Double? { metrics[metric].flatMap { weights[$0] } }
    guard let scope = metrics["S"], scope == "U" || scope == "C" else { return nil }
    let scopeChanges = scope == "C"
    guard let vector = weight("AV", attackVector), let complexity = weight("AC", attackComplexity),
      let privileges = weight("PR", scopeChanges ? privilegesWhenScopeChanges : privileges),
      let interaction = weight("UI", userInteraction), let confidentiality = weight("C", impact),
      let integrity = weight("I", impact), let availability = weight("A", impact)
    else { return nil }
    let base = 1 - (1 - confidentiality) * (1 - integrity) * (1 - availability)
    let impact = scopeChanges ? 7.52 * (base - 0.029) - 3.25 * power(base - 0.02, 15) : 6.42 * base
    guard impact > 0 else { return 0 }
    let exploitability = 8.22 * vector * complexity * privileges * interaction
    return roundUp(min((scopeChanges ? 1.08 : 1) * (impact + exploitability), 10))
  }

  /// The least number with one decimal that is not less.
  static func roundUp30(_ value: Double) -> Double {
    (value * 10).rounded(.up) / 10
  }

  /// The same without the slips of floating point arithmetic (3.1, appendix A).
  static func roundUp31(_ value: Double) -> Double {
    let scaled = Int((value * 100_000).rounded())
    return scaled.isMultiple(of: 10_000) ? Double(scaled) / 100_000 : Double(scaled / 10_000 + 1) / 10
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
