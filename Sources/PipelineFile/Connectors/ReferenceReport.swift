package import Model

/// What is said about connectors and secrets that a pipeline refers to and nobody has defined here: one list of each, with every
/// use, and lines that may be copied into the settings.
package struct ReferenceReport {
  private let severity: Diagnostic.Severity

  package init(_ severity: Diagnostic.Severity) { self.severity = severity }

  private static let mostPlaces = 20

  /// - Parameter missing: nothing is reported when there are none.
  package func connectors(_ missing: [ReferenceUses.Use], suggestion: (String) -> String?) -> Diagnostic? {
    report(
      .missingConnectors, "connector", missing, suggestion: suggestion,
      help: "define \(missing.count == 1 ? "it" : "them") in the settings (slipway.yaml beside the pipeline),"
        + " or name there the files that do\nconnectors:\n"
        + missing.map(Self.snippet).joined(separator: "\n"))
  }

  package func secrets(_ missing: [ReferenceUses.Use], suggestion: (String) -> String?) -> Diagnostic? {
    let lines = missing.map { "  \($0.reference): { env: \(Self.variable($0.reference)) }" }
    return report(
      .missingSecrets, "secret", missing, suggestion: suggestion,
      help:
        "say in the settings (slipway.yaml beside the pipeline) where \(missing.count == 1 ? "it comes" : "they come")"
        + " from: { env: … }, { file: … } or { command: … }\nsecrets:\n" + lines.joined(separator: "\n"))
  }

  private func report(
    _ code: Diagnostic.Code, _ what: String, _ missing: [ReferenceUses.Use], suggestion: (String) -> String?,
    help: String
  ) -> Diagnostic? {
    guard let first = missing.first else { return nil }
    let names = missing.map { Excerpt.quoted($0.reference) }.joined(separator: ", ")
    let isOne = missing.count == 1
    let places = missing.flatMap { use in use.places.map { (use.reference, $0) } }
    return Diagnostic(
      code, severity,
      "\(isOne ? "the \(what)" : "\(missing.count) \(what)s:") \(names) \(isOne ? "is" : "are") not defined here",
      at: first.places.first,
      labels: places.dropFirst().prefix(Self.mostPlaces).map { Diagnostic.Label(span: $1, text: "\($0) is used here") },
      notes: missing.map { use in
        let places = use.places.prefix(Self.mostPlaces).map(\.description).joined(separator: ", ")
        let guess = suggestion(use.reference).map { "; did you mean '\($0)'?" } ?? ""
        return "\(use.reference): \(places)\(guess)"
      }, help: help)
  }

  private static func snippet(_ use: ReferenceUses.Use) -> String {
    let parts = use.reference.split(separator: ".")
    let identifier = parts.last.map(String.init) ?? use.reference
    let scope =
      switch parts.first {
      case "org": ", orgIdentifier: default"
      case "account" where parts.count > 1: ""
      default: ""
      }
    let spec =
      use.connectorType == "Aws"
      ? "type: Aws, spec: { credential: { type: InheritFromDelegate } }"
      : "type: DockerRegistry, spec: { dockerRegistryUrl: https://index.docker.io/v2/, providerType: DockerHub, auth: { type: Anonymous } }"
    return "  - connector: { identifier: \(identifier), name: \(identifier)\(scope), \(spec) }"
  }

  /// `account.docker-password` as an environment variable's name.
  private static func variable(_ reference: String) -> String {
    let name = reference.split(separator: ".").last ?? ""
    return String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}
