/// Which of two versions comes first.
enum VersionOrder: Hashable, Sendable {
  case before, same, after

  init<Element: Comparable>(_ left: Element, _ right: Element) {
    self = left < right ? .before : left == right ? .same : .after
  }
}

/// How an ecosystem writes its versions.
enum VersionScheme: Hashable, Sendable {
  case debian
  case alpine
  case python
  case semantic

  /// Nil when one of the two is no version of this scheme.
  func order(_ left: String, _ right: String) -> VersionOrder? {
    guard let left = PackageVersion(left, self), let right = PackageVersion(right, self) else { return nil }
    return left.order(to: right)
  }
}

/// A version of any scheme, read once to be compared often.
enum PackageVersion: Sendable {
  case debian(DebianVersion)
  case alpine(AlpineVersion)
  case python(PythonVersion)
  case semantic(SemanticVersion)

  /// Nil when `text` is no version of the scheme.
  init?(_ text: String, _ scheme: VersionScheme) {
    let version: PackageVersion? =
      switch scheme {
      case .debian: DebianVersion(text).map(PackageVersion.debian)
      case .alpine: AlpineVersion(text).map(PackageVersion.alpine)
      case .python: PythonVersion(text).map(PackageVersion.python)
      case .semantic: SemanticVersion(text).map(PackageVersion.semantic)
      }
    guard let version else { return nil }
    self = version
  }

  /// Both have to be of one scheme.
  func order(to other: PackageVersion) -> VersionOrder {
    switch (self, other) {
    case (.debian(let left), .debian(let right)): left.order(to: right)
    case (.alpine(let left), .alpine(let right)): left.order(to: right)
    case (.python(let left), .python(let right)): left.order(to: right)
    case (.semantic(let left), .semantic(let right)): left.order(to: right)
    default: preconditionFailure("versions of different schemes have no order")
    }
  }
}
