/// The ports of EXPOSE, as they go into an image's configuration.
package enum ExposedPorts {
  /// Reads one expanded word: `80`, `8000-8002/udp`, or `[address:]host:80`, of which only the container's side counts.
  ///
  /// - Returns: One `port/protocol` for each port.
  /// - Throws: `.invalidPort`.
  package static func parse(_ word: String) throws(DockerfileError) -> [String] {
    let (ports, transport) = word.cut(at: "/").map { ($0.before, $0.after.lowercased()) } ?? (word, "tcp")
    guard ["tcp", "udp", "sctp"].contains(transport.isEmpty ? "tcp" : transport) else {
      throw DockerfileError(.invalidPort, "unknown protocol \(transport)", help: "choose tcp, udp or sctp")
    }
    let container = ports.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last
    let range = container.map { String(Substring($0)) } ?? ""
    let (first, last) = range.cut(at: "-").map { ($0.before, $0.after) } ?? (range, range)
    guard let low = UInt16(first), let high = UInt16(last), low <= high, first.utf8.first != UInt8(ascii: "+") else {
      throw DockerfileError(
        .invalidPort, "\"\(word)\" is no port", help: "write a number up to 65535, or a range such as 8000-8010")
    }
    return (low...high).map { "\($0)/\(transport.isEmpty ? "tcp" : transport)" }
  }
}
