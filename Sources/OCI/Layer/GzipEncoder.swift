import CISAL

/// Compresses to gzip with ISA-L, at a fixed level and with fixed buffers, so that the same pieces give the same bytes.
///
/// The header holds no time and no name, and 255 for the operating system. ISA-L's variants for SSE4, AVX and AVX2 were found to give the
/// same bytes at this level; its portable one, for machines without any of them, gives others: there the digest of a layer differs,
/// while its diffID stays.
final class GzipEncoder {
  private let stream: UnsafeMutablePointer<isal_zstream>
  private let levelBuffer: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer
  private let sink: (UnsafeRawBufferPointer) throws -> Void

  /// `sink` gets the compressed bytes, valid only during the call.
  init(into sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.sink = sink
    stream = .allocate(capacity: 1)
    // ISAL_DEF_LVL1_DEFAULT, a macro that is not imported: 4 KiB + two bytes for each of 8 Ki hash slots + 64 Ki tokens of four.
    levelBuffer = .allocate(byteCount: (4 << 10) + 2 * (8 << 10) + 4 * (64 << 10), alignment: 64)
    output = .allocate(byteCount: 256 << 10, alignment: 64)
    isal_deflate_init(stream)
    stream.pointee.level = 1
    stream.pointee.level_buf = levelBuffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.level_buf_size = UInt32(levelBuffer.count)
    stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
    stream.pointee.flush = UInt16(NO_FLUSH)
  }

  deinit {
    stream.deallocate()
    levelBuffer.deallocate()
    output.deallocate()
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try run(bytes, isLast: false)
  }

  func finish() throws {
    try run(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
  }

  private func run(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws {
    // ISA-L only reads from next_in; its type lacks the const.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(bytes.count)
    stream.pointee.end_of_stream = isLast ? 1 : 0
    repeat {
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(output.count)
      let result = isal_deflate(stream)
      precondition(result == COMP_OK, "ISA-L refused the parameters of its stream")
      let produced = output.count - Int(stream.pointee.avail_out)
      if produced > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
    } while stream.pointee.avail_out == 0
  }
}
