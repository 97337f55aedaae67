import Model
import OCI

/// Puts advisories together into a pack. The same input always gives the same contents, and with the same zstd the same
/// bytes.
package struct AdvisoryPackWriter {
  private struct Group {
    let name: String
    let payload: [UInt8]
  }

  private var sections: [(section: AdvisoryPack.Section, blocks: [[UInt8]])] = []

  /// Blocks are closed as soon as they hold this much.
  private static let blockSize = 64 * 1024

  package init() {}

  /// Adds the records of one ecosystem, each as OSV JSON.
  /// - Throws: what decoding the JSON throws.
  package mutating func add(_ source: AdvisorySource, records: some Sequence<[UInt8]>) throws {
    let ecosystem = Ecosystem(name: source.ecosystem)
    var advisories: [String: [Advisory]] = [:]
    var count = 0
    for json in records {
      for (package, advisory) in try OSVRecord(json: json).advisories(of: ecosystem) {
        advisories[package, default: []].append(advisory)
      }
      count += 1
    }
    let releases = Set(advisories.values.joined().flatMap(\.releases)).sorted(by: AdvisoryReader.precedes)
    let groups = advisories.map { name, advisories in
      var writer = PackWriter()
      let sorted = advisories.sorted { ($0.id, $0.releases.first ?? "") < ($1.id, $1.releases.first ?? "") }
      writer.append(sorted) { $0.append($1) }
      return Group(name: name, payload: writer.bytes)
    }
    try add(source, records: count, releases: releases, groups: groups)
  }

  /// Adds the table of severities: CVE, type and vector, a line each, with tabs between them.
  package mutating func add(_ source: AdvisorySource, severityLines: some Sequence<[UInt8]>) throws {
    var severities: [String: [String]] = [:]
    for line in severityLines {
      let fields = line.split(separator: UInt8(ascii: "\t"))
      guard fields.count == 3 else { throw AdvisoryPackError("a line of the table of severities hasn't three fields") }
      let cve = String(decoding: fields[0], as: UTF8.self)
      severities[cve, default: []].append(String(decoding: fields[2], as: UTF8.self))
    }
    let groups = severities.map { cve, vectors in
      var writer = PackWriter()
      writer.append(vectors.sorted(by: AdvisoryReader.precedes))
      return Group(name: cve, payload: writer.bytes)
    }
    try add(source, records: severities.count, releases: [], groups: groups)
  }

  private mutating func add(_ source: AdvisorySource, records: Int, releases: [String], groups: [Group]) throws {
    var blocks: [AdvisoryPack.Block] = []
    var packed: [[UInt8]] = []
    var offset = sections.reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.count } }
    var writer = PackWriter()
    var firstName = ""
    func close() throws {
      let block = try CompressedBlock.compress(writer.bytes)
      blocks.append(
        AdvisoryPack.Block(
          firstName: firstName, offset: offset, length: block.count, unpackedLength: writer.bytes.count))
      packed.append(block)
      offset += block.count
      writer = PackWriter()
    }
    for group in groups.sorted(by: { AdvisoryReader.precedes($0.name, $1.name) }) {
      if writer.bytes.isEmpty { firstName = group.name }
      writer.append(group.name)
      writer.append(group.payload.count)
      writer.append(raw: group.payload)
      if writer.bytes.count >= Self.blockSize { try close() }
    }
    if !writer.bytes.isEmpty { try close() }
    let section = AdvisoryPack.Section(source: source, records: records, releases: releases, blocks: blocks)
    sections.append((section, packed))
  }

  /// The finished pack.
  package func bytes() -> [UInt8] {
    var contents = PackWriter()
    contents.append(sections.map(\.section).sorted { $0.source.ecosystem < $1.source.ecosystem }) { writer, section in
      writer.append(section.source.ecosystem)
      writer.append(section.source.publisher)
      writer.append(section.source.licence)
      writer.append(section.source.asOf)
      writer.append(section.records)
      writer.append(section.releases)
      writer.append(section.blocks) { writer, block in
        writer.append(block.firstName)
        writer.append(block.offset)
        writer.append(block.length)
        writer.append(block.unpackedLength)
      }
    }
    var rest = PackWriter()
    rest.append(contents.bytes.count)
    rest.append(raw: contents.bytes)
    for section in sections {
      for block in section.blocks { rest.append(raw: block) }
    }
    var hasher = SHA256Hasher()
    hasher.update(rest.bytes)
    let digest = hasher.finalize()
    return AdvisoryPack.magic + Self.bytes(ofHexadecimal: digest.hex) + rest.bytes
  }

  private static func bytes(ofHexadecimal text: String) -> [UInt8] {
    func value(_ digit: UInt8) -> UInt8 { digit.isDigit ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10 }
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }
}
