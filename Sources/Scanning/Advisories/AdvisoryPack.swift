import Engine
package import Model
import OCI

/// Advisories in the form in which Slipway ships and keeps them: a scan reads the few blocks that it needs.
///
/// The format, version 1. Numbers are LEB128, strings and lists have their length in front.
///
///     "SLIPADV1"                            the magic, with the version
///     SHA-256 of all that follows           32 bytes
///     length of the contents                a number
///     contents: a list of sections          ecosystem, publisher, licence, asOf, records, releases, blocks
///       blocks: a list                      first name, offset, length, length when unpacked
///     blocks                                zstd frames; offsets count from here
///
/// A block holds whole groups, sorted by the bytes of their name: the name, the length of the rest, and a list: of
/// advisories about the package of that name or, in the section "CVE", of CVSS vectors of the vulnerability of that
/// name.
package struct AdvisoryPack: Sendable {
  struct Block: Hashable, Sendable {
    let firstName: String
    let offset: Int
    let length: Int
    let unpackedLength: Int
  }

  struct Section: Hashable, Sendable {
    let source: AdvisorySource
    /// How many published records it was made of; CVEs for the table of severities.
    let records: Int
    /// The distribution's releases that it knows, sorted; empty where the ecosystem has none.
    let releases: [String]
    let blocks: [Block]
  }

  /// A package with very many advisories makes a block larger than most; none comes near this.
  private static let largestBlock = 64 << 20
  static let magic = Array("SLIPADV1".utf8)

  /// Sorted by ecosystem.
  let sections: [Section]
  /// The identity of what is in it.
  package let digest: Digest
  private let bytes: [UInt8]
  private let blocksStart: Int

  /// - Throws: `ScanError` of the code `dataUnusable` when the bytes are damaged or of another format.
  package init(bytes: [UInt8]) throws {
    do {
      try self.init(checking: bytes)
    } catch {
      throw error.scanError
    }
  }

  private init(checking bytes: [UInt8]) throws(AdvisoryPackError) {
    guard bytes.starts(with: Self.magic), bytes.count > Self.magic.count + 32 else {
      throw AdvisoryPackError("they are no advisory pack of version 1")
    }
    let digest = Digest(sha256: bytes[Self.magic.count..<(Self.magic.count + 32)])
    let rest = bytes[(Self.magic.count + 32)...]
    var hasher = SHA256Hasher()
    rest.withUnsafeBytes { hasher.update($0) }
    guard hasher.finalize() == digest else { throw AdvisoryPackError("their digest is not \(digest)") }
    var reader = PackReader(rest)
    let contents = try reader.raw(try reader.number())
    var contentsReader = PackReader(contents)
    sections = try contentsReader.list { (reader: inout PackReader) throws(AdvisoryPackError) in
      Section(
        source: AdvisorySource(
          ecosystem: try reader.text(), publisher: try reader.text(), licence: try reader.text(),
          asOf: try reader.text()),
        records: try reader.number(), releases: try reader.texts(),
        blocks: try reader.list { (reader: inout PackReader) throws(AdvisoryPackError) in
          Block(
            firstName: try reader.text(), offset: try reader.number(), length: try reader.number(),
            unpackedLength: try reader.number())
        })
    }
    self.digest = digest
    self.bytes = bytes
    blocksStart = contents.endIndex
  }

  /// What it was made of, sorted by ecosystem.
  package var sources: [AdvisorySource] { sections.map(\.source) }

  func section(_ ecosystem: String) -> Section? {
    sections.first { $0.source.ecosystem == ecosystem }
  }

  func unpack(_ block: Block) throws(AdvisoryPackError) -> [UInt8] {
    let start = blocksStart + block.offset
    guard block.length <= bytes.count - start, block.unpackedLength <= Self.largestBlock else {
      throw AdvisoryPackError("a block lies outside of them or is too large")
    }
    return try CompressedBlock.decompress(bytes[start..<(start + block.length)], to: block.unpackedLength)
  }
}

extension AdvisoryPackError {
  var scanError: ScanError {
    ScanError(.dataUnusable, "The advisories are unusable: \(message).", cause: self)
  }
}
