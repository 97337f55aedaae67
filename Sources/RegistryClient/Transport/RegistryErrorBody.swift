import FoundationEssentials

/// The JSON of a refusal; see the OCI distribution specification, spec.md#error-codes.
struct RegistryErrorBody: Decodable, Hashable {
  struct Item: Decodable, Hashable {
    var code: String?
    var message: String?
  }

  var errors: [Item]

  /// - Returns: nil when the body is something else, such as a proxy's page.
  init?(_ bytes: [UInt8]) {
    guard let body = try? JSONDecoder().decode(RegistryErrorBody.self, from: Data(bytes)), !body.errors.isEmpty else {
      // That is one of the two answers, not a failure.
      return nil
    }
    self = body
  }

  var codes: Set<String> { Set(errors.compactMap(\.code)) }

  /// One line of at most 400 characters: what a registry says is shown, but does not get to drive the terminal.
  var text: String {
    let whole = errors.map { [$0.code, $0.message].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ") }
      .joined(separator: "; ")
    let printable = whole.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
    return String(printable.prefix(400))
  }
}
