/// The name of a region: `us-east-1`.
package struct AWSRegion: Hashable, Sendable, CustomStringConvertible {
  package enum ParseError: Error, Equatable {
    case invalid(String)
  }

  package let name: String

  /// It goes into host names and signatures: nothing but letters, digits and inner hyphens.
  package init(_ name: String) throws(ParseError) {
    let name = name.lowercased()
    let isValid = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
      default: false
      }
    }
    guard isValid, !name.isEmpty, !name.hasPrefix("-"), !name.hasSuffix("-"), name.utf8.count <= 63 else {
      throw .invalid(name)
    }
    self.name = name
  }

  private init(known name: String) {
    self.name = name
  }

  package static let northernVirginia = AWSRegion(known: "us-east-1")

  /// What the host names of the region's services end with.
  var domain: String { name.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }

  /// Whether the region belongs to AWS's commercial part, where some services have one host for all regions.
  var isCommercial: Bool { !name.hasPrefix("cn-") && !name.hasPrefix("us-gov-") }

  package var description: String { name }
}
