import Model
import Testing

@testable import Scanning

struct CVSSTests {
  // The scores are those of the Python package cvss 3.6.
  @Test(arguments: [
    ("AV:A/AC:H/Au:S/C:N/I:N/A:C", 4.3), ("AV:L/AC:L/Au:S/C:C/I:C/A:C", 6.8), ("AV:A/AC:H/Au:M/C:N/I:C/A:P", 4.7),
    ("AV:N/AC:H/Au:S/C:P/I:C/A:P", 6.1), ("(AV:N/AC:L/Au:M/C:N/I:P/A:N)", 3.3), ("AV:L/AC:L/Au:N/C:N/I:N/A:N", 0.0),
    ("CVSS:3.0/AV:A/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 8.0), ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:H/A:L", 7.0),
    ("CVSS:3.0/AV:N/AC:L/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0), ("CVSS:3.0/AV:A/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:N", 8.7),
    ("CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:C/C:L/I:N/A:L", 3.7), ("CVSS:3.1/AV:A/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:H", 5.9),
    ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:H/A:H", 6.5), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:L", 6.5),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
    ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:H/VA:H/SC:N/SI:H/SA:H/E:A", 9.1),
    ("CVSS:4.0/AV:P/AC:H/AT:N/PR:L/UI:N/VC:L/VI:N/VA:H/SC:N/SI:H/SA:L", 5.7),
    ("CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:P/VC:N/VI:N/VA:N/SC:N/SI:N/SA:H", 1.8),
    ("CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:N/VI:L/VA:N/SC:H/SI:H/SA:H", 5.5),
    ("CVSS:4.0/AV:P/AC:L/AT:P/PR:H/UI:A/VC:H/VI:L/VA:L/SC:L/SI:H/SA:L", 5.9),
    ("CVSS:4.0/AV:A/AC:H/AT:P/PR:N/UI:N/VC:H/VI:N/VA:L/SC:N/SI:H/SA:H", 7.2),
    ("CVSS:4.0/AV:A/AC:L/AT:P/PR:L/UI:P/VC:N/VI:L/VA:N/SC:L/SI:L/SA:N", 1.0),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/U:Red", 9.3),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
  ])
  func `the base score is computed from the vector`(vector: String, score: Double) {
    #expect(CVSSVector(vector)?.baseScore == score)
  }

  @Test(arguments: [
    "", "9.8", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "high",
  ])
  func `what is no vector has no score`(text: String) {
    #expect(CVSSVector(text) == nil)
  }

  @Test func `a later version of CVSS goes before an earlier one whatever their scores`() {
    let rating = SeverityRating(
      vectors: [
        "AV:N/AC:L/Au:N/C:C/I:C/A:C", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:P/VC:N/VI:N/VA:N/SC:N/SI:N/SA:H",
      ], words: ["Critical"])
    #expect(rating.score == 1.8)
    #expect(rating.severity == .low)
  }

  @Test func `of two scores of one version the higher counts`() {
    let rating = SeverityRating(
      vectors: [
        "CVSS:3.1/AV:P/AC:H/PR:H/UI:N/S:U/C:L/I:L/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nonsense",
      ], words: [])
    #expect(rating.score == 9.8)
    #expect(rating.severity == .critical)
  }

  @Test(arguments: [
    ("Important", "high"), ("Moderate", "medium"), ("CRITICAL", "critical"), ("Low", "low"), ("Negligible", "info"),
    ("Unknown", "unknown"), ("", "unknown"), ("whatever", "unknown"),
  ])
  func `without a score the source's word counts, and without one nothing is known`(word: String, severity: String) {
    #expect(SeverityRating(vectors: [], words: [word]).severity.rawValue == severity)
  }
}
