package import SystemPackage

/// The suites and data that lie beside the repository in `../shared`: present where the project is developed and in CI.
package enum SharedData {
  /// `../shared`, seen from the repository's root; nil where it is absent.
  package static let directory: FilePath? = {
    let candidate = Repository.root.removingLastComponent().appending("shared")
    return FileSystemProbe.isDirectory(candidate) ? candidate : nil
  }()

  /// For `.enabled(if:)`: tests that read this data name themselves as skipped where it is absent.
  package static var isPresent: Bool { directory != nil }
}
