/// Looks packages up in a pack, and keeps the blocks that it has unpacked.
struct AdvisoryReader {
  private let pack: AdvisoryPack
  private var unpacked: [AdvisoryPack.Block: [UInt8]] = [:]

  init(_ pack: AdvisoryPack) {
    self.pack = pack
  }

  /// What the ecosystem's advisories say about the package of this normalised name.
  mutating func advisories(of package: String, in ecosystem: String) throws(AdvisoryPackError) -> [Advisory] {
    guard var group = try group(named: package, in: ecosystem) else { return [] }
    return try group.list { (reader: inout PackReader) throws(AdvisoryPackError) in try reader.advisory() }
  }

  /// The CVSS vectors that are known of the CVE.
  mutating func severities(of cve: String) throws(AdvisoryPackError) -> [String] {
    guard var group = try group(named: cve, in: AdvisorySource.severitiesByCVE) else { return [] }
    return try group.texts()
  }

  private mutating func group(
    named name: String, in ecosystem: String
  ) throws(AdvisoryPackError) -> PackReader? {
    guard let section = pack.section(ecosystem) else { return nil }
    // The last block whose first name isn't behind the one that is looked for.
    var low = 0
    var high = section.blocks.count
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(name, section.blocks[middle].firstName) { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    let block = section.blocks[low - 1]
    let bytes: [UInt8]
    if let known = unpacked[block] {
      bytes = known
    } else {
      bytes = try pack.unpack(block)
      unpacked[block] = bytes
    }
    var reader = PackReader(bytes[...])
    let wanted = Array(name.utf8)[...]
    while !reader.isAtEnd {
      let found = try reader.raw(try reader.number())
      let group = try reader.raw(try reader.number())
      if found == wanted { return PackReader(group) }
    }
    return nil
  }

  /// Names are sorted by their bytes, so that every machine agrees.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
