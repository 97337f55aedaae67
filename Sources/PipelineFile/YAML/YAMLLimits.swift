/// How much YAML is read before it is taken for an attack or a mistake.
package struct YAMLLimits: Sendable {
  /// Bytes of one file.
  package var size: Int
  /// Lists and mappings within each other.
  package var depth: Int
  /// Values in the whole tree, each alias counted with all that it stands for.
  package var values: Int

  package init(size: Int = SourceText.largestSize, depth: Int = 200, values: Int = 1_500_000) {
    self.size = size
    self.depth = depth
    self.values = values
  }
}
