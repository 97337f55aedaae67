import CArchive

/// Bytes packed by zstd, through libarchive.
enum CompressedBlock {
  /// - Throws: ``AdvisoryPackError`` when they can't be unpacked, or are not `size` bytes then.
  static func decompress(_ bytes: ArraySlice<UInt8>, to size: Int) throws(AdvisoryPackError) -> [UInt8] {
    let archive = archive_read_new()
    defer { archive_read_free(archive) }
    archive_read_support_filter_zstd(archive)
    archive_read_support_format_raw(archive)
    var entry: OpaquePointer?
    // One byte more than there should be, so that a block that is too long is noticed.
    var count = 0
    let unpacked = bytes.withUnsafeBytes { packed in
      [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, initialized in
        guard archive_read_open_memory(archive, packed.baseAddress, packed.count) == ARCHIVE_OK,
          archive_read_next_header(archive, &entry) == ARCHIVE_OK
        else {
          count = -1
          return
        }
        count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        initialized = max(count, 0)
      }
    }
    guard count == size else { throw AdvisoryPackError("a block doesn't unpack to its length") }
    return unpacked
  }

  /// Higher levels clear tables of many megabytes for every block, and save a tenth.
  static func compress(_ bytes: [UInt8]) throws(AdvisoryPackError) -> [UInt8] {
    let archive = archive_write_new()
    defer { archive_write_free(archive) }
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    // What can't be made smaller grows by a few bytes.
    var packed = [UInt8](repeating: 0, count: bytes.count + 4096)
    var used = 0
    var isWritten = false
    packed.withUnsafeMutableBytes { buffer in
      guard archive_write_set_format_raw(archive) == ARCHIVE_OK,
        archive_write_add_filter_zstd(archive) == ARCHIVE_OK,
        archive_write_set_filter_option(archive, "zstd", "compression-level", "6") == ARCHIVE_OK,
        archive_write_set_bytes_per_block(archive, 0) == ARCHIVE_OK,
        archive_write_open_memory(archive, buffer.baseAddress, buffer.count, &used) == ARCHIVE_OK
      else { return }
      archive_entry_set_filetype(entry, UInt32(S_IFREG))
      guard archive_write_header(archive, entry) == ARCHIVE_OK else { return }
      let count = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
      isWritten = count == bytes.count && archive_write_close(archive) == ARCHIVE_OK
    }
    guard isWritten else {
      let reason = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
      throw AdvisoryPackError("a block could not be packed: \(reason)")
    }
    return Array(packed.prefix(used))
  }
}
