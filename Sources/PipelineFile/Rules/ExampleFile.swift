package import Model

/// An example as a whole file, and where its marks are.
package struct ExampleFile: Sendable {
  package let source: SourceText
  /// In UTF-8 bytes, in the file's order. Empty for what is right.
  package let marks: [Range<Int>]

  package init(_ example: DiagnosticExplanation.Example, name: String = "example.yaml") {
    let framed: String
    switch example.frame {
    case .file, .settings, .definition, .dockerfile, .expression, .sketch: framed = example.text
    case .steps: framed = Self.stage(Self.kubernetes, example.text)
    case .cloudSteps: framed = Self.stage(Self.cloud, example.text)
    case .stages: framed = Self.pipeline + Self.indented(example.text, by: 4)
    }
    var bytes = [UInt8]()
    var open = [Int]()
    var marks = [Range<Int>]()
    for scalar in framed.unicodeScalars {
      switch scalar {
      case "«": open.append(bytes.count)
      case "»": if let start = open.popLast() { marks.append(start..<bytes.count) }
      default: bytes += String(scalar).utf8
      }
    }
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    source = SourceText(file: name, bytes: bytes)
    self.marks = marks.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  private static func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.isEmpty ? "" : String(repeating: " ", count: count) + line
    }.joined(separator: "\n")
  }

  private static let pipeline = """
    pipeline:
      identifier: example
      name: example
      projectIdentifier: harbour
      orgIdentifier: default
      stages:

    """

  private static func stage(_ place: String, _ steps: String) -> String {
    pipeline
      + indented(
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              cloneCodebase: false
        \(indented(place, by: 6))
              execution:
                steps:
        \(indented(steps, by: 10))
        """, by: 4)
  }

  private static let kubernetes = """
    infrastructure:
      type: KubernetesDirect
      spec: {connectorRef: cluster, namespace: builds}
    """

  private static let cloud = """
    platform: {os: Linux, arch: Amd64}
    runtime: {type: Cloud, spec: {}}
    """
}
