/// Where a registry answers, and under which name it is known.
package struct RegistryEndpoint: Hashable, Sendable {
  package enum Scheme: String, Sendable {
    case http
    case https
  }

  package enum ParseError: Error, Equatable {
    case invalid(String)
  }

  /// As image references name it; credentials are looked up by it, and messages call it so.
  package let registry: String
  package let scheme: Scheme
  /// Host and, where given, port.
  package let authority: String
  /// What comes before `/v2/`: empty, or a path that begins with `/` and does not end with one.
  package let pathPrefix: String

  package init(registry: String, scheme: Scheme, authority: String, pathPrefix: String = "") {
    self.registry = registry
    self.scheme = scheme
    self.authority = authority
    self.pathPrefix = pathPrefix
  }

  /// The usual place of a registry: HTTPS at the host of that name, HTTP on this machine itself.
  package init(registry: String) {
    self.init(
      registry: registry, scheme: Self.isLoopback(registry) ? .http : .https,
      // Docker Hub's registry has another host than its name.
      authority: registry == "docker.io" ? "registry-1.docker.io" : registry)
  }

  /// Reads `[http://|https://]host[:port][/path]`, as settings give it.
  package init(registry: String? = nil, address: String) throws(ParseError) {
    var rest = address[...]
    var given: Scheme?
    for scheme in [Scheme.http, .https] where rest.hasPrefix("\(scheme.rawValue)://") {
      given = scheme
      rest = rest.dropFirst("\(scheme.rawValue)://".count)
    }
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let authority = parts.first.map(String.init), !authority.isEmpty,
      !address.contains(where: { $0 == "@" || $0 == "?" || $0 == "#" || $0.isWhitespace })
    else { throw .invalid(address) }
    let path = parts.count == 2 ? parts[1].split(separator: "/").joined(separator: "/") : ""
    self.init(
      registry: registry ?? authority, scheme: given ?? (Self.isLoopback(authority) ? .http : .https),
      authority: authority, pathPrefix: path.isEmpty ? "" : "/" + path)
  }

  package static func isLoopback(_ authority: String) -> Bool {
    if authority.hasPrefix("[::1]") { return true }
    let host = authority.prefix { $0 != ":" }
    if host == "localhost" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil } && numbers[0] == "127"
  }

  /// - Parameter path: What follows `/v2/`.
  func url(_ path: String) -> String {
    "\(scheme.rawValue)://\(authority)\(pathPrefix)/v2/\(path)"
  }
}
