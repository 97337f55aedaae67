/// A private registry of Amazon ECR, as its host name tells it: `ACCOUNT.dkr.ecr[-fips].REGION.amazonaws.com[.cn]`.
package struct ECRRegistry: Hashable, Sendable {
  /// Twelve digits.
  package let account: String
  package let region: AWSRegion
  package let isFIPS: Bool

  /// - Returns: nil for every other host. The public gallery, `public.ecr.aws`, is another service.
  package init?(host: String) {
    let host = host.lowercased()
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 6, parts[0].utf8.count == 12,
      parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), parts[1] == "dkr",
      parts[2] == "ecr" || parts[2] == "ecr-fips"
    else { return nil }
    do {
      region = try AWSRegion(String(parts[3]))
    } catch {
      // It is some other host then.
      return nil
    }
    // The domain of another part of AWS would not be this region's registry.
    guard parts[4...].joined(separator: ".") == region.domain else { return nil }
    account = String(parts[0])
    isFIPS = parts[2] == "ecr-fips"
  }

  package var host: String { "\(account).dkr.ecr\(isFIPS ? "-fips" : "").\(region).\(region.domain)" }

  /// Where the service's API answers; see https://docs.aws.amazon.com/general/latest/gr/ecr.html.
  var apiHost: String { "\(isFIPS ? "ecr-fips" : "api.ecr").\(region).\(region.domain)" }
}
