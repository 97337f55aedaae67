import SystemPackage

/// The blocks of a tar archive that precede a member's content: ustar, with a PAX header only where ustar cannot say it.
///
/// POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block". The same entry always gives the same bytes.
struct TarHeader {
  static let blockSize = 512
  /// The end of an archive: two blocks of zeros.
  static let trailer = [UInt8](repeating: 0, count: 2 * blockSize)

  /// Zeros after `size` bytes of content, up to the next block.
  static func padding(after size: Int64) -> [UInt8] {
    [UInt8](repeating: 0, count: Int((512 - size % 512) % 512))
  }

  static func encode(_ entry: LayerEntry, modificationTime: Int64) -> [UInt8] {
    var name = entry.path.bytes
    var link = [UInt8]()
    var size: Int64 = 0
    var device: (major: UInt32, minor: UInt32) = (0, 0)
    let type: UInt8
    switch entry.kind {
    case .file(let count): (type, size) = (UInt8(ascii: "0"), count)
    case .hardLink(let target): (type, link) = (UInt8(ascii: "1"), target.bytes)
    case .symbolicLink(let target): (type, link) = (UInt8(ascii: "2"), target)
    case .characterDevice(let major, let minor): (type, device) = (UInt8(ascii: "3"), (major, minor))
    case .blockDevice(let major, let minor): (type, device) = (UInt8(ascii: "4"), (major, minor))
    case .directory:
      type = UInt8(ascii: "5")
      name = (name.isEmpty ? Array(".".utf8) : name) + [UInt8(ascii: "/")]
    case .fifo: type = UInt8(ascii: "6")
    }

    var records = [String: [UInt8]]()
    let split = splitName(name)
    if split == nil || !isASCII(name) { records["path"] = name }
    if link.count > 100 || !isASCII(link) { records["linkpath"] = link }
    if size > octalLimit(digits: 11) { records["size"] = decimal(size) }
    if Int64(entry.userID) > octalLimit(digits: 7) { records["uid"] = decimal(Int64(entry.userID)) }
    if Int64(entry.groupID) > octalLimit(digits: 7) { records["gid"] = decimal(Int64(entry.groupID)) }
    for (key, value) in entry.extendedAttributes { records["SCHILY.xattr." + key] = value }
    // Names in PAX records are UTF-8 unless the archive says otherwise.
    let namesInRecords = [records["path"], records["linkpath"]].compactMap { $0 }
    if !namesInRecords.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) {
      records["hdrcharset"] = Array("BINARY".utf8)
    }

    var output = [UInt8]()
    if !records.isEmpty {
      let body = encode(records: records)
      output += block(
        prefix: [], name: Array("PaxHeaders.0".utf8), link: [], type: UInt8(ascii: "x"), size: Int64(body.count),
        permissions: 0o644, userID: 0, groupID: 0, modificationTime: 0, device: (0, 0))
      output += body
      output += padding(after: Int64(body.count))
    }
    let (prefix, shortName) = split ?? ([], Array(name.suffix(100)))
    output += block(
      prefix: prefix, name: shortName, link: Array(link.prefix(100)), type: type,
      size: records["size"] == nil ? size : 0, permissions: entry.permissions,
      userID: records["uid"] == nil ? entry.userID : 0, groupID: records["gid"] == nil ? entry.groupID : 0,
      modificationTime: min(max(0, modificationTime), octalLimit(digits: 11)), device: device)
    return output
  }

  private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

  private static func octalLimit(digits: Int) -> Int64 { (1 << (3 * Int64(digits))) - 1 }

  private static func decimal(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }

  /// At most 155 bytes before a slash and 100 after it.
  private static func splitName(_ name: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
    if name.count <= 100 { return ([], name) }
    guard name.count <= 256 else { return nil }
    let slash = UInt8(ascii: "/")
    // A directory's trailing slash belongs to its name.
    for index in name.indices.dropLast() where name[index] == slash && index <= 155 && index > 0 {
      if name.count - index - 1 <= 100 { return (Array(name[..<index]), Array(name[(index + 1)...])) }
    }
    return nil
  }

  /// `LENGTH KEY=VALUE\n`, where the length counts itself, sorted by key; `hdrcharset` stands before what it speaks of.
  private static func encode(records: [String: [UInt8]]) -> [UInt8] {
    var body = [UInt8]()
    let keys = records.keys.sorted { left, right in
      (left == "hdrcharset" ? "" : left) < (right == "hdrcharset" ? "" : right)
    }
    for key in keys {
      let payload = Array(" \(key)=".utf8) + (records[key] ?? []) + [UInt8(ascii: "\n")]
      var length = payload.count + 1
      while length != payload.count + String(length).utf8.count { length = payload.count + String(length).utf8.count }
      body += Array(String(length).utf8) + payload
    }
    return body
  }

  private static func block(
    prefix: [UInt8], name: [UInt8], link: [UInt8], type: UInt8, size: Int64, permissions: UInt16, userID: UInt32,
    groupID: UInt32, modificationTime: Int64, device: (major: UInt32, minor: UInt32)
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: blockSize)
    func put(_ bytes: [UInt8], at offset: Int) {
      block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
    func putOctal(_ number: Int64, digits: Int, at offset: Int) {
      let text = String(number, radix: 8)
      put(Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8), at: offset)
    }
    put(name, at: 0)
    putOctal(Int64(permissions & 0o7777), digits: 7, at: 100)
    putOctal(Int64(userID), digits: 7, at: 108)
    putOctal(Int64(groupID), digits: 7, at: 116)
    putOctal(size, digits: 11, at: 124)
    putOctal(modificationTime, digits: 11, at: 136)
    put(Array("        ".utf8), at: 148)
    block[156] = type
    put(link, at: 157)
    put(Array("ustar\u{0}00".utf8), at: 257)
    putOctal(Int64(device.major), digits: 7, at: 329)
    putOctal(Int64(device.minor), digits: 7, at: 337)
    put(prefix, at: 345)
    let checksum = block.reduce(Int64(0)) { $0 + Int64($1) }
    putOctal(checksum, digits: 6, at: 148)
    block[154] = 0
    block[155] = UInt8(ascii: " ")
    return block
  }
}
