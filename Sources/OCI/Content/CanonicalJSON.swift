import FoundationEssentials
import Model

/// JSON whose bytes depend on nothing but the value: sorted keys, no white space.
enum CanonicalJSON {
  static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      // Only non-finite numbers and failing encode(to:) can throw, and the types of this module have neither.
      preconditionFailure("an image's JSON could not be encoded: \(error)")
    }
  }

  /// - Parameter name: what the bytes are, for the message: "the manifest".
  static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8], name: String) throws(OCIError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw OCIError(.corrupt, "\(name) cannot be read: \(reason(of: error))", cause: error)
    } catch {
      throw OCIError(.corrupt, "\(name) is not JSON", cause: error)
    }
  }

  private static func reason(of error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context): place(context.codingPath) + context.debugDescription
    case .keyNotFound(let key, let context): place(context.codingPath) + "“\(key.stringValue)” is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      place(context.codingPath) + context.debugDescription
    @unknown default: "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    guard !path.isEmpty else { return "" }
    return path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") + ": "
  }
}
