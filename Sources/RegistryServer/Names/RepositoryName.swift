import Model

/// A repository's name in a registry: `test-image`, `123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image`.
///
/// See the OCI distribution specification, spec.md#pulling-manifests, for the grammar. A name's components never start with
/// `.` or `_`, so that a name is also a safe relative path beside directories such as `_manifests`.
package struct RepositoryName: Hashable, Sendable {
  package enum ParseError: Error, Equatable {
    case invalid(String)
  }

  package let text: String

  package init(_ text: String) throws(ParseError) {
    do {
      // Another registry than Docker Hub's, whose short names would be completed.
      _ = try ImageReference(registry: "localhost", repository: text, tag: nil)
    } catch {
      throw .invalid(text)
    }
    self.text = text
  }
}

extension RepositoryName: CustomStringConvertible {
  package var description: String { text }
}

extension RepositoryName: Comparable {
  package static func < (left: RepositoryName, right: RepositoryName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
