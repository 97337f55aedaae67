extension Advisory {
  /// Whether an advisory is about an installed version.
  enum Verdict: Hashable {
    case notAffected
    /// - Parameter fixedVersion: the first version after the installed one that is said to be fixed, where there is
    ///   one.
    case affected(fixedVersion: String?)
    /// The version can't be compared with the advisory's.
    case incomparable
  }

  /// Listed versions and ranges are alternatives: any one of them suffices (OSV schema, "Evaluation").
  func verdict(on version: String, _ scheme: VersionScheme) -> Verdict {
    guard let installed = PackageVersion(version, scheme) else {
      return versions.contains(version) ? .affected(fixedVersion: nil) : .incomparable
    }
    let readable = ranges.compactMap { AffectedRange($0, scheme) }
    let containing = readable.filter { $0.contains(installed) }
    let isListed = versions.contains { listed in
      listed == version || PackageVersion(listed, scheme)?.order(to: installed) == .same
    }
    guard isListed || !containing.isEmpty else { return readable.count == ranges.count ? .notAffected : .incomparable }
    let fixes = (containing.isEmpty ? readable : containing).compactMap { $0.firstFix(after: installed) }
    return .affected(fixedVersion: fixes.first)
  }
}
