package import Model

/// The connectors and secrets that a pipeline refers to, each with every place where it does.
package struct ReferenceUses: Sendable {
  /// One thing that is referred to, by the text of the reference.
  package struct Use: Sendable {
    package let reference: String
    package var places: [SourceSpan]
    /// The type of connector that its place asks for, as far as that can be told.
    var connectorType: String?
  }

  /// In the order of their first uses. Those that only matter on Harness's side are left out: of the cluster, and of the
  /// repository, which the checkout on disk stands for.
  package private(set) var connectors: [Use] = []
  /// Named in `secrets.getValue("…")` or by a variable of type Secret.
  package private(set) var secrets: [Use] = []

  private let sources: [String: SourceText]

  /// - Parameters:
  ///   - root: the pipeline file's tree, templates and inputs in their places.
  ///   - sources: the files it was made of, to find places within texts of several lines.
  package init(in root: Node, sources: [SourceText]) {
    self.sources = Dictionary(sources.map { ($0.file, $0) }) { first, _ in first }
    walk(root, key: "", around: nil)
  }

  private mutating func walk(_ node: Node, key: String, around mapping: Node.Mapping?) {
    switch node {
    case .scalar(let scalar): take(scalar, key: key, around: mapping)
    case .sequence(let sequence): for element in sequence.elements { walk(element, key: key, around: nil) }
    case .mapping(let mapping):
      if Self.isNotRunHere(key, mapping) { return }
      for entry in mapping.entries where !Self.isOfHarness(entry.key.text) {
        walk(entry.value, key: entry.key.text, around: mapping)
      }
    }
  }

  private static func isOfHarness(_ key: String) -> Bool {
    switch key {
    case "infrastructure", "codebase", "stepGroupInfra", "notificationRules": true
    default: false
    }
  }

  private static func isNotRunHere(_ key: String, _ mapping: Node.Mapping) -> Bool {
    guard key == "stage", case .scalar(let type)? = mapping["type"] else { return false }
    return type.text != "CI" && type.text != "SecurityTests"
  }

  // MARK: - Uses

  private mutating func take(_ scalar: Node.Scalar, key: String, around mapping: Node.Mapping?) {
    let text = scalar.text
    if text.mentions(Self.call) {
      for (name, place) in calls(in: scalar) { Self.add(name, at: place, to: &secrets) }
    } else if text.isEmpty || text.mentions("<+") {
      return
    } else if key == "connectorRef" || key.hasSuffix("ConnectorRef") {
      let isECR = mapping?["account"] != nil || mapping?["region"] != nil
      Self.add(text, at: scalar.span, to: &connectors, type: isECR ? "Aws" : nil)
    } else if key == "value", let mapping, Node.mapping(mapping).text(of: "type") == "Secret" {
      Self.add(text, at: scalar.span, to: &secrets)
    }
  }

  private static func add(_ reference: String, at place: SourceSpan, to uses: inout [Use], type: String? = nil) {
    guard let index = uses.firstIndex(where: { $0.reference == reference }) else {
      uses.append(Use(reference: reference, places: [place], connectorType: type))
      return
    }
    // A template that is used twice refers to it twice at the same place.
    if !uses[index].places.contains(place) { uses[index].places.append(place) }
    uses[index].connectorType = uses[index].connectorType ?? type
  }

  // MARK: - secrets.getValue

  private static let call = "secrets.getValue("

  /// The secrets that a text names, with their places in the file.
  private func calls(in scalar: Node.Scalar) -> [(String, SourceSpan)] {
    let written = sources[scalar.span.file]
    var offset = scalar.span.start.offset
    var found = [(String, SourceSpan)]()
    var rest = scalar.text[...]
    while let start = rest.ranges(of: Self.call).first {
      rest = rest[start.upperBound...]
      var place = scalar.span
      if let written, let at = Self.find(Self.call, in: written.bytes, from: offset, to: scalar.span.end.offset) {
        offset = at + Self.call.utf8.count
        let end = Self.find(")", in: written.bytes, from: offset, to: scalar.span.end.offset) ?? offset
        place = written.span(from: at, to: end + 1)
      }
      let argument = rest.drop(while: \.isWhitespace)
      // A name that is computed is known only while the pipeline runs.
      guard let quote = argument.first, quote == "\"" || quote == "'" else { continue }
      let name = argument.dropFirst().prefix { $0 != quote }
      if !name.isEmpty, !name.contains("<+") { found.append((String(name), place)) }
    }
    return found
  }

  private static func find(_ text: String, in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
    let wanted = Array(text.utf8)
    let end = min(end, bytes.count)
    guard start + wanted.count <= end else { return nil }
    return (start...(end - wanted.count)).first {
      bytes[$0] == wanted[0] && bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
}
