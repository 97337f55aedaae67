/// The base equation of CVSS version 2 (guide §3.2.1).
enum CVSS2 {
  private static let accessVector = ["L": 0.395, "A": 0.646, "N": 1.0]
  private static let accessComplexity = ["H": 0.35, "M": 0.61, "L": 0.71]
  private static let authentication = ["M": 0.45, "S": 0.56, "N": 0.704]
  private static let impact = ["N": 0.0, "P": 0.275, "C": 0.660]

  static func baseScore(_ metrics: [String: String]) -> Double? {
    func weight(_ metric: String, _ weights: [String: Double]) -> Double? { metrics[metric].flatMap { weights[$0] } }
    guard let vector = weight("AV", accessVector), let complexity = weight("AC", accessComplexity),
      let authentication = weight("Au", authentication), let confidentiality = weight("C", impact),
      let integrity = weight("I", impact), let availability = weight("A", impact)
    else { return nil }
    let impact = 10.41 * (1 - (1 - confidentiality) * (1 - integrity) * (1 - availability))
    guard impact > 0 else { return 0 }
    let exploitability = 20 * vector * complexity * authentication
    let score = (0.6 * impact + 0.4 * exploitability - 1.5) * 1.176
    // Ten decimals first, since the product is a little less than the number it stands for.
    return ((score * 1e10).rounded() / 1e9).rounded() / 10
  }
}
