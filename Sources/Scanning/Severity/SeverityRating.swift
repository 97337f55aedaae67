import Model

/// How bad a vulnerability is, by the best evidence there is for it.
///
/// A CVSS base score goes before a word, a later version of CVSS before an earlier one, and of two scores of the same
/// version the higher one counts. Without any of them the severity is unknown, which is not the same as harmless.
struct SeverityRating: Hashable, Sendable {
  let severity: Severity
  let score: Double?

  /// - Parameters:
  ///   - vectors: CVSS vectors; those that can't be read are passed over.
  ///   - words: as the sources write them, "Important"; those that nobody knows are passed over.
  init(vectors: [String], words: [String]) {
    let best = vectors.compactMap(CVSSVector.init).max { ($0.version, $0.baseScore) < ($1.version, $1.baseScore) }
    if let best {
      severity = Severity(score: best.baseScore)
      score = best.baseScore
    } else {
      // `allCases` goes from the worst to the mildest.
      let known = words.map(Self.severity(word:))
      severity = Severity.allCases.first(where: known.contains) ?? .unknown
      score = nil
    }
  }

  /// The words of Red Hat and AlmaLinux, Debian, GitHub, Trivy and Grype.
  static func severity(word: String) -> Severity {
    switch word.lowercased() {
    case "critical": .critical
    case "high", "important": .high
    case "medium", "moderate": .medium
    case "low", "minor": .low
    case "negligible", "none", "info", "informational", "unimportant": .info
    default: .unknown
    }
  }
}
